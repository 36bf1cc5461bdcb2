// Validation of CustomResourceDefinitions: names, versions, schemas, subresources, columns, and what may not change.

import { type FieldError, forbidden, invalid, notSupported, required } from '../field-error.ts';
import {
  checkName,
  checkOneOf,
  checkOptionalOneOf,
  checkPresent,
  checkRequiredName,
} from '../field-rules.ts';
import type {
  V1CustomResourceDefinition,
  V1CustomResourceDefinitionNames,
  V1CustomResourceDefinitionVersion,
  V1CustomResourceSubresourceScale,
} from '../generated/types.ts';
import { dns1035LabelProblems, dnsSubdomainProblems } from '../names.ts';
import { structuralSchemaErrors } from '../schema/crd-schema.ts';
import { approvalAnnotation, approvalOf, isProtectedGroup } from './api-approval.ts';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];
/** `.spec.replicas`, `.spec['a.b']`, `.status.conditions[0].type`: the simple paths, without searches. */
const simplePath = /^(\.[A-Za-z_][-A-Za-z0-9_]*|\['[^']+'\]|\[\d+\])+$/;

export function definitionErrors({ metadata, spec }: V1CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec) return [required('spec')];
  const { names = {} as V1CustomResourceDefinitionNames, versions = [] } = spec;
  if (metadata.name !== `${names.plural}.${spec.group}`) {
    errors.push(invalid('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  groupErrors(spec.group, errors);
  approvalErrors(spec.group, metadata.annotations, errors);
  checkOneOf(spec.scope, ['Cluster', 'Namespaced'], 'spec.scope', errors);
  namesErrors(names, errors);
  versionsErrors(versions, errors);
  for (const [index, version] of versions.entries())
    versionErrors(version, `spec.versions[${index}]`, errors);
  conversionErrors(spec.conversion?.strategy, errors);
  if (spec.preserveUnknownFields) {
    const text =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid('spec.preserveUnknownFields', true, text));
  }
  return errors;
}

function groupErrors(group: string, errors: FieldError[]): void {
  if (!checkPresent(group, 'spec.group', errors)) return;
  checkName(dnsSubdomainProblems, group, 'spec.group', errors);
  if (!group.includes('.'))
    errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
}

function approvalErrors(
  group: string,
  annotations: Record<string, string> | undefined,
  errors: FieldError[],
): void {
  if (!isProtectedGroup(group)) return;
  const field = `metadata.annotations[${approvalAnnotation}]`;
  const { state, reason } = approvalOf(annotations);
  if (state === 'missing') errors.push(required(field, reason));
  if (state === 'invalid') errors.push(invalid(field, annotations?.[approvalAnnotation], reason));
}

function namesErrors(names: V1CustomResourceDefinitionNames, errors: FieldError[]): void {
  const { plural, singular, kind = '', listKind = '', shortNames = [], categories = [] } = names;
  checkRequiredName(dns1035LabelProblems, plural, 'spec.names.plural', errors);
  checkRequiredName(dns1035LabelProblems, singular, 'spec.names.singular', errors);
  for (const [field, value] of [
    ['kind', kind],
    ['listKind', listKind],
  ] as const) {
    if (!checkPresent(value, `spec.names.${field}`, errors)) continue;
    const problems = dns1035LabelProblems(value.toLowerCase());
    if (problems.length > 0) {
      const text = `may have mixed case, but should otherwise match: ${problems.join(',')}`;
      errors.push(invalid(`spec.names.${field}`, value, text));
    }
  }
  if (kind !== '' && kind === listKind) {
    errors.push(invalid('spec.names.listKind', listKind, 'kind and listKind may not be the same'));
  }
  for (const [index, name] of shortNames.entries()) {
    checkName(dns1035LabelProblems, name, `spec.names.shortNames[${index}]`, errors);
  }
  for (const [index, name] of categories.entries()) {
    checkName(dns1035LabelProblems, name, `spec.names.categories[${index}]`, errors);
  }
}

function versionsErrors(versions: V1CustomResourceDefinitionVersion[], errors: FieldError[]): void {
  const field = 'spec.versions';
  const shown = versions.map(({ name }) => name);
  if (new Set(shown).size !== shown.length) {
    errors.push(invalid(field, shown, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid(field, shown, 'must have exactly one version marked as storage version'));
  }
}

function versionErrors(version: V1CustomResourceDefinitionVersion, path: string, errors: FieldError[]): void {
  const { name = '', schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  checkName(dns1035LabelProblems, name, `${path}.name`, errors);
  if (version.deprecationWarning !== undefined && !version.deprecated) {
    const text = 'can only be set for deprecated versions';
    errors.push(invalid(`${path}.deprecationWarning`, version.deprecationWarning, text));
  }
  const at = `${path}.schema.openAPIV3Schema`;
  if (!schema?.openAPIV3Schema) errors.push(required(at, 'schemas are required'));
  else errors.push(...structuralSchemaErrors(schema.openAPIV3Schema, at));
  if (subresources?.scale) scaleErrors(subresources.scale, `${path}.subresources.scale`, errors);
  for (const [index, { jsonPath = '' }] of selectableFields.entries()) {
    if (simplePath.test(jsonPath)) continue;
    const field = `${path}.selectableFields[${index}].jsonPath`;
    errors.push(invalid(field, jsonPath, 'should be a simple json path'));
  }
  for (const [index, column] of additionalPrinterColumns.entries()) {
    const field = `${path}.additionalPrinterColumns[${index}]`;
    checkPresent(column.name, `${field}.name`, errors);
    checkOneOf(column.type, columnTypes, `${field}.type`, errors);
    checkOptionalOneOf(column.format, columnFormats, `${field}.format`, errors);
    if (checkPresent(column.jsonPath, `${field}.jsonPath`, errors) && !/^[.[]/.test(column.jsonPath)) {
      errors.push(
        invalid(`${field}.jsonPath`, column.jsonPath, 'must be a simple json path starting with .'),
      );
    }
  }
}

function scaleErrors(scale: V1CustomResourceSubresourceScale, path: string, errors: FieldError[]): void {
  scalePathErrors(scale.specReplicasPath, '.spec.', `${path}.specReplicasPath`, errors);
  scalePathErrors(scale.statusReplicasPath, '.status.', `${path}.statusReplicasPath`, errors);
  const selector = scale.labelSelectorPath;
  if (!selector) return;
  const field = `${path}.labelSelectorPath`;
  if (!simplePath.test(selector)) errors.push(invalid(field, selector, 'should be a simple json path'));
  else if (!/^\.(spec|status)\./.test(selector)) {
    errors.push(invalid(field, selector, 'should be a json path under either .spec or .status'));
  }
}

function scalePathErrors(
  path: string | undefined,
  prefix: string,
  field: string,
  errors: FieldError[],
): void {
  if (!path) errors.push(required(field));
  else if (!simplePath.test(path)) errors.push(invalid(field, path, 'should be a simple json path'));
  else if (!path.startsWith(prefix)) {
    errors.push(invalid(field, path, `should be a json path under ${prefix.slice(0, -1)}`));
  }
}

function conversionErrors(strategy: string | undefined, errors: FieldError[]): void {
  if (strategy === 'Webhook') {
    // Nobody here would call it, and objects must not be served unconverted.
    errors.push(
      forbidden('spec.conversion.strategy', 'conversion by webhook is not available here: use None'),
    );
  } else if (strategy !== 'None') {
    errors.push(notSupported('spec.conversion.strategy', strategy ?? '', ['None', 'Webhook']));
  }
}

/** A definition's place, and the versions in which objects are stored, are fixed. */
export function definitionChangeErrors(
  next: V1CustomResourceDefinition,
  old: V1CustomResourceDefinition,
): FieldError[] {
  const errors: FieldError[] = [];
  const fixed = (field: string, value: unknown, before: unknown) => {
    if (value !== before) errors.push(invalid(field, value, 'field is immutable'));
  };
  fixed('spec.group', next.spec?.group, old.spec?.group);
  fixed('spec.scope', next.spec?.scope, old.spec?.scope);
  fixed('spec.names.plural', next.spec?.names?.plural, old.spec?.names?.plural);
  fixed('spec.names.kind', next.spec?.names?.kind, old.spec?.names?.kind);
  const names = new Set(next.spec?.versions?.map(({ name }) => name));
  for (const [index, stored] of (old.status?.storedVersions ?? []).entries()) {
    if (names.has(stored)) continue;
    const text =
      'missing from spec.versions; must remain in spec.versions until it is removed from status.storedVersions';
    errors.push(invalid(`status.storedVersions[${index}]`, stored, text));
  }
  return errors;
}

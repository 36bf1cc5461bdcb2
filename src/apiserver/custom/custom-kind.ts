// From a CustomResourceDefinition to the kinds that it adds: one for each version.

import type {
  V1CustomResourceDefinition,
  V1CustomResourceDefinitionNames,
  V1CustomResourceDefinitionVersion,
  V1CustomResourceSubresources,
} from '../../api/generated/types.ts';
import { declareKind, type Kind, type KindOptions, type ScalePaths } from '../../api/kind.ts';
import { type AnyObject, apiVersionOf } from '../../api/object.ts';
import { resourceSchema } from '../../api/schema/crd-schema.ts';
import { validateStructure } from '../../api/schema/structural.ts';
import type { Schema } from '../../api/schema.ts';
import { methodNotAllowed } from '../../api/status.ts';
import { compareVersions } from '../discovery/discovery.ts';
import { compileJsonPath } from './json-path.ts';
import { printerColumns } from './printer-columns.ts';
import { readInVersion } from './version-schema.ts';

export interface CustomKinds {
  /** The kinds of the served versions; that of the stored version is the first if it is served. */
  served: Kind[];
  /** The kind of the version in which objects are stored, served or not. */
  storage: Kind;
}

/**
 * The kinds of a valid definition. `names` are those that were accepted: they differ from the wanted ones while another definition has
 * some of those. Throws when no version is stored.
 */
export function customKinds(
  definition: V1CustomResourceDefinition,
  names: V1CustomResourceDefinitionNames = definition.spec.names,
): CustomKinds {
  const { versions } = definition.spec;
  const stored = versions.find((version) => version.storage);
  if (!stored) throw new Error(`${definition.metadata.name} names no version as the one that is stored`);
  const storage = customKind(definition, names, stored, stored.name);
  const others = versions.filter((version) => version.served && version !== stored);
  const served = others.map((version) => customKind(definition, names, version, stored.name));
  return { served: stored.served ? [storage, ...served] : served, storage };
}

function customKind(
  definition: V1CustomResourceDefinition,
  names: V1CustomResourceDefinitionNames,
  version: V1CustomResourceDefinitionVersion,
  storedVersion: string,
): Kind {
  const { group, scope } = definition.spec;
  const own = version.schema?.openAPIV3Schema ?? { 'x-kubernetes-preserve-unknown-fields': true };
  const schema = resourceSchema(own);
  const { plural, singular, kind, listKind, shortNames, categories } = names;
  return declareKind({
    ...{ group, version: version.name, schema, namespaced: scope === 'Namespaced' },
    ...{ plural, singular, kind, listKind, shortNames, categories },
    generation: true,
    subresources: subresourcesOf(version.subresources),
    columns: printerColumns(version.additionalPrinterColumns),
    fields: selectableFields(version),
    validate: metadataRule(own),
    prepareCreate: definition.metadata.deletionTimestamp ? refuseCreation : undefined,
    deprecation: version.deprecated ? deprecationOf(definition, version) : undefined,
    stored: conversionOf(group, version, storedVersion, schema),
  });
}

function conversionOf(
  group: string,
  { name }: V1CustomResourceDefinitionVersion,
  storedVersion: string,
  schema: Schema,
): KindOptions<AnyObject>['stored'] {
  const storedApiVersion = apiVersionOf(group, storedVersion);
  return {
    version: storedVersion,
    to: (object) => Object.assign(object, { apiVersion: storedApiVersion }),
    from: readInVersion(apiVersionOf(group, name), schema),
  };
}

function subresourcesOf({ status, scale }: V1CustomResourceSubresources = {}): Kind['subresources'] {
  return { ...(status ? { status: true } : {}), ...(scale ? { scale: scalePaths(scale) } : {}) };
}

function scalePaths(scale: NonNullable<V1CustomResourceSubresources['scale']>): ScalePaths {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  const labelSelector = labelSelectorPath ? { labelSelector: labelSelectorPath } : {};
  return { specReplicas: specReplicasPath, statusReplicas: statusReplicasPath, ...labelSelector };
}

/** `spec.color` for the path `.spec.color`; a field that is not there selects as ''. */
function selectableFields({ selectableFields = [] }: V1CustomResourceDefinitionVersion): Kind['fields'] {
  const fields: NonNullable<Kind['fields']> = {};
  for (const { jsonPath } of selectableFields) {
    const find = compileJsonPath(jsonPath);
    fields[jsonPath.replace(/^\./, '')] = (object) => String(find(object)[0] ?? '');
  }
  return fields;
}

/** A definition may narrow down what names its objects have; the rest of the metadata is built in. */
function metadataRule({ properties }: Schema): Kind['validate'] {
  const rule = properties?.metadata;
  return rule && ((object) => validateStructure(rule, object.metadata, ['metadata']));
}

function refuseCreation(): never {
  throw methodNotAllowed('create not allowed while custom resource definition is terminating');
}

/** The definition's own text, or Kubernetes', which names the best version that is not deprecated. */
function deprecationOf(
  { spec }: V1CustomResourceDefinition,
  version: V1CustomResourceDefinitionVersion,
): string {
  if (version.deprecationWarning !== undefined) return version.deprecationWarning;
  const { kind } = spec.names;
  const [better] = spec.versions
    .filter(
      ({ served, deprecated, name }) => served && !deprecated && compareVersions(name, version.name) < 0,
    )
    .map(({ name }) => name)
    .sort(compareVersions);
  const text = `${apiVersionOf(spec.group, version.name)} ${kind} is deprecated`;
  return better === undefined ? text : `${text}; use ${apiVersionOf(spec.group, better)} ${kind}`;
}

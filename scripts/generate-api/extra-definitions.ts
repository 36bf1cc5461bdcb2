// Definitions that the official client has no model for: scalar types with a name of their own, free-form JSON, and the
// kinds of metrics.k8s.io.

import type { Schema } from '../../src/api/schema.ts';

interface Extra {
  schema: Schema;
  descriptions: Record<string, string>;
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const extensions = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';
const metrics = 'io.k8s.metrics.pkg.apis.metrics.v1beta1';
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

const jsonSchema = { $ref: `${extensions}.JSONSchemaProps` };
const anything: Schema = { 'x-kubernetes-preserve-unknown-fields': true };

const apiVersionText =
  'The versioned schema of this representation of an object. Servers convert recognized schemas to the latest internal value and may reject unrecognized ones.';
const kindText = 'The REST resource this object represents, in CamelCase. Cannot be updated.';

function named(schema: Schema, description: string): Extra {
  return { schema, descriptions: { '': description } };
}

function metricsKind(kind: string, fields: Record<string, [schema: Schema, description: string]>): Extra {
  const properties: Record<string, Schema> = { apiVersion: { type: 'string' }, kind: { type: 'string' } };
  const descriptions: Record<string, string> = {
    '': `Resource usage metrics of a ${kind.replace('Metrics', '').toLowerCase()}.`,
    apiVersion: apiVersionText,
    kind: kindText,
  };
  for (const [field, [schema, description]] of Object.entries(fields)) {
    properties[field] = schema;
    descriptions[field] = description;
  }
  const gvk = { group: 'metrics.k8s.io', version: 'v1beta1', kind };
  const schema: Schema = {
    type: 'object',
    properties,
    required: Object.keys(fields).filter((field) => field !== 'metadata'),
    'x-kubernetes-group-version-kind': [gvk],
  };
  return { schema, descriptions };
}

function metricsList(kind: string): Extra {
  const items: Schema = { type: 'array', items: { $ref: `${metrics}.${kind}` } };
  const list = metricsKind(`${kind}List`, {
    metadata: [{ $ref: `${meta}.ListMeta` }, 'Standard list metadata.'],
    items: [items, `List of ${kind}.`],
  });
  list.descriptions[''] = `A list of ${kind}.`;
  return list;
}

const usage: Schema = { type: 'object', additionalProperties: { $ref: quantity } };
const interval: Record<string, [Schema, string]> = {
  timestamp: [
    { $ref: `${meta}.Time` },
    'End of the interval over which usage was measured: [timestamp - window, timestamp].',
  ],
  window: [
    { type: 'string' },
    'Length of the interval over which usage was measured, as a duration such as 15s.',
  ],
};
const metadata: [Schema, string] = [{ $ref: `${meta}.ObjectMeta` }, "Standard object's metadata."];

export const extraDefinitions: Record<string, Extra> = {
  [quantity]: named(
    { type: 'string', format: 'quantity' },
    'A fixed-point number with a decimal exponent (1e3), a decimal suffix (100m, 2k, 3M) or a binary one (64Ki, 1Gi). Written as a string; numbers are accepted. No more than three decimal places are kept exactly by clients that print canonical form.',
  ),
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': named(
    { format: 'int-or-string', 'x-kubernetes-int-or-string': true },
    'An int32 or a string, for instance a port number or its name, a count or a percentage.',
  ),
  [`${meta}.Time`]: named(
    { type: 'string', format: 'date-time' },
    'A point in time in RFC 3339 form, to the second.',
  ),
  [`${meta}.MicroTime`]: named(
    { type: 'string', format: 'date-time-micro' },
    'A point in time in RFC 3339 form, to the microsecond.',
  ),
  [`${meta}.FieldsV1`]: named(
    { type: 'object', ...anything },
    "A set of fields in a trie of JSON keys: f:<name> for a field, k:<keys> for a list item by its keys, v:<value> for a set's item, i:<index> for a position; . stands for the node itself.",
  ),
  [`${extensions}.JSON`]: named(anything, 'Any valid JSON value.'),
  [`${extensions}.JSONSchemaPropsOrArray`]: named(
    { anyOf: [jsonSchema, { type: 'array', items: jsonSchema }] },
    'A JSONSchemaProps or an array of JSONSchemaProps.',
  ),
  [`${extensions}.JSONSchemaPropsOrBool`]: named(
    { anyOf: [jsonSchema, { type: 'boolean' }] },
    'A JSONSchemaProps or a boolean.',
  ),
  [`${extensions}.JSONSchemaPropsOrStringArray`]: named(
    { anyOf: [jsonSchema, { type: 'array', items: { type: 'string' } }] },
    'A JSONSchemaProps or an array of strings.',
  ),
  [`${extensions}.CustomResourceSubresourceStatus`]: named(
    { type: 'object' },
    "Enables the status subresource, which is read and written under the object's /status.",
  ),
  [`${metrics}.NodeMetrics`]: metricsKind('NodeMetrics', {
    metadata,
    ...interval,
    usage: [usage, 'Memory usage is the working set.'],
  }),
  [`${metrics}.PodMetrics`]: metricsKind('PodMetrics', {
    metadata,
    ...interval,
    containers: [
      {
        type: 'array',
        items: { $ref: `${metrics}.ContainerMetrics` },
        'x-kubernetes-list-type': 'atomic',
      },
      'Metrics of all containers, collected in the same interval.',
    ],
  }),
  [`${metrics}.ContainerMetrics`]: {
    schema: { type: 'object', properties: { name: { type: 'string' }, usage }, required: ['name', 'usage'] },
    descriptions: {
      '': 'Resource usage metrics of a container.',
      name: 'Name of the container, the one in pod.spec.containers.',
      usage: 'Memory usage is the working set.',
    },
  },
  [`${metrics}.NodeMetricsList`]: metricsList('NodeMetrics'),
  [`${metrics}.PodMetricsList`]: metricsList('PodMetrics'),
};

const json = { $ref: `${extensions}.JSON` };
const schemaOrBool = { $ref: `${extensions}.JSONSchemaPropsOrBool` };

/** Fields that the client types as `any`, or too loosely. */
export const typeOverrides: Record<string, Schema> = {
  [`${meta}.ManagedFieldsEntry.fieldsV1`]: { $ref: `${meta}.FieldsV1` },
  [`${extensions}.CustomResourceSubresources.status`]: {
    $ref: `${extensions}.CustomResourceSubresourceStatus`,
  },
  [`${extensions}.JSONSchemaProps.additionalItems`]: schemaOrBool,
  [`${extensions}.JSONSchemaProps.additionalProperties`]: schemaOrBool,
  [`${extensions}.JSONSchemaProps.default`]: json,
  [`${extensions}.JSONSchemaProps.enum`]: { type: 'array', items: json },
  [`${extensions}.JSONSchemaProps.example`]: json,
  [`${extensions}.JSONSchemaProps.items`]: { $ref: `${extensions}.JSONSchemaPropsOrArray` },
  [`${extensions}.JSONSchemaProps.dependencies`]: {
    type: 'object',
    additionalProperties: { $ref: `${extensions}.JSONSchemaPropsOrStringArray` },
  },
};

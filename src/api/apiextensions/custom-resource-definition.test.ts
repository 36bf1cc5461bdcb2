// The rules of CustomResourceDefinitions, each with a change that breaks it.

import { ruleTable, set, updateTable } from '../../../tests/support/rule-table.ts';
import type { V1CustomResourceDefinition } from '../generated/types.ts';
import { customResourceDefinition } from './custom-resource-definition.ts';

const valid: V1CustomResourceDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'toys.example.com', uid: '', resourceVersion: '', creationTimestamp: '' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'toys', kind: 'Toy' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};
const version = 'spec.versions[0]';

ruleTable(customResourceDefinition, valid, [
  [
    'the name is made of plural and group',
    set('metadata.name', 'x'),
    'metadata.name',
    'Invalid',
    'Invalid value: "x": must be spec.names.plural+"."+spec.group',
  ],
  [
    'the group is a domain',
    set('spec.group', 'example'),
    'spec.group',
    'Invalid',
    'Invalid value: "example": should be a domain with at least one dot',
  ],
  [
    'scopes are known',
    set('spec.scope', 'X'),
    'spec.scope',
    'NotSupported',
    'Unsupported value: "X": supported values: "Cluster", "Namespaced"',
  ],
  [
    'one version is stored',
    set(`${version}.storage`, false),
    'spec.versions',
    'Invalid',
    'Invalid value: ["v1"]: must have exactly one version marked as storage version',
  ],
  [
    'a version has a schema',
    set(`${version}.schema`, undefined),
    `${version}.schema.openAPIV3Schema`,
    'Required',
    'Required value: schemas are required',
  ],
  [
    'a list has another name',
    set('spec.names.listKind', 'Toy'),
    'spec.names.listKind',
    'Invalid',
    'Invalid value: "Toy": kind and listKind may not be the same',
  ],
  [
    'replicas are in the spec',
    set(`${version}.subresources`, { scale: { specReplicasPath: '.x', statusReplicasPath: '.status.r' } }),
    `${version}.subresources.scale.specReplicasPath`,
    'Invalid',
    'Invalid value: ".x": should be a json path under .spec',
  ],
  [
    'columns have known types',
    set(`${version}.additionalPrinterColumns`, [{ name: 'a', type: 'x', jsonPath: '.a' }]),
    `${version}.additionalPrinterColumns[0].type`,
    'NotSupported',
    'Unsupported value: "x": supported values: "boolean", "date", "integer", "number", "string"',
  ],
  [
    'groups of the community want an approval',
    set('spec.group', 'x.k8s.io'),
    'metadata.annotations[api-approved.kubernetes.io]',
    'Required',
    'Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
  ],
  [
    'an approval is a URL, or says that there is none',
    (object) => {
      object.spec.group = 'x.k8s.io';
      object.metadata.annotations = { 'api-approved.kubernetes.io': 'yes' };
    },
    'metadata.annotations[api-approved.kubernetes.io]',
    'Invalid',
    'Invalid value: "yes": protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111',
  ],
  [
    'selectable fields have simple paths',
    set(`${version}.selectableFields`, [{ jsonPath: '.spec.list[*]' }]),
    `${version}.selectableFields[0].jsonPath`,
    'Invalid',
    'Invalid value: ".spec.list[*]": should be a simple json path',
  ],
]);

updateTable(customResourceDefinition, valid, [
  [
    'the scope stays',
    set('spec.scope', 'Cluster'),
    'spec.scope',
    'Invalid',
    'Invalid value: "Cluster": field is immutable',
  ],
  [
    'stored versions stay',
    set(`${version}.name`, 'v2'),
    'status.storedVersions[0]',
    'Invalid',
    'Invalid value: "v1": missing from spec.versions; must remain in spec.versions until it is removed from status.storedVersions',
  ],
]);

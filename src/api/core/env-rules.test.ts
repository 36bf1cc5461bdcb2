// The rules of environment variables, each with a change that breaks it.

import { ruleTable } from '../../../tests/support/rule-table.ts';
import { changeContainer, firstContainer, validPod } from '../../../tests/support/valid-pod.ts';
import type { V1Container, V1Pod } from '../generated/types.ts';
import { pod } from './pod.ts';

function env(variable: NonNullable<V1Container['env']>[number]): (object: V1Pod) => void {
  return changeContainer((container) => {
    container.env = [variable];
  });
}

ruleTable(pod, validPod, [
  ['a variable has a name', env({ name: '' }), `${firstContainer}.env[0].name`, 'Required', 'Required value'],
  [
    'a name has no =',
    env({ name: 'A=B' }),
    `${firstContainer}.env[0].name`,
    'Invalid',
    `Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than '='`,
  ],
  [
    'a source is named',
    env({ name: 'A', valueFrom: {} }),
    `${firstContainer}.env[0].valueFrom`,
    'Invalid',
    'Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
  ],
  [
    'a value has no source',
    env({ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }),
    `${firstContainer}.env[0].valueFrom`,
    'Invalid',
    'Invalid value: "": may not be specified when `value` is not empty',
  ],
  [
    'there is one source',
    env({
      name: 'A',
      valueFrom: { fieldRef: { fieldPath: 'metadata.name' }, secretKeyRef: { name: 'a', key: 'b' } },
    }),
    `${firstContainer}.env[0].valueFrom`,
    'Invalid',
    'Invalid value: "": may not have more than one field specified at a time',
  ],
  [
    'fields of a pod are known',
    env({ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }),
    `${firstContainer}.env[0].valueFrom.fieldRef.fieldPath`,
    'Invalid',
    'Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x',
  ],
  [
    'not every field can be shown',
    env({ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }),
    `${firstContainer}.env[0].valueFrom.fieldRef.fieldPath`,
    'NotSupported',
    'Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
  ],
  [
    'a key is named',
    env({ name: 'A', valueFrom: { configMapKeyRef: { name: 'a', key: '' } } }),
    `${firstContainer}.env[0].valueFrom.configMapKeyRef.key`,
    'Required',
    'Required value',
  ],
  [
    'resources are known',
    env({ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.gold' } } }),
    `${firstContainer}.env[0].valueFrom.resourceFieldRef.resource`,
    'NotSupported',
    'Unsupported value: "limits.gold": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
  ],
  [
    'divisors fit the resource',
    env({ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Ki' } } }),
    `${firstContainer}.env[0].valueFrom.resourceFieldRef.divisor`,
    'Invalid',
    `Invalid value: "1Ki": only divisor's values 1m and 1 are supported with the cpu resource`,
  ],
  [
    'envFrom names a source',
    changeContainer((c) => {
      c.envFrom = [{}];
    }),
    `${firstContainer}.envFrom`,
    'Invalid',
    'Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
  ],
]);

// The rules of volumes and mounts, each with a change that breaks it.

import { ruleTable } from '../../../tests/support/rule-table.ts';
import { changeContainer, firstContainer, validPod } from '../../../tests/support/valid-pod.ts';
import { pod } from './pod.ts';

ruleTable(pod, validPod, [
  [
    'a mount names a volume',
    changeContainer((c) => {
      c.volumeMounts = [{ name: 'x', mountPath: '/x' }];
    }),
    `${firstContainer}.volumeMounts[0].name`,
    'NotFound',
    'Not found: "x"',
  ],
  [
    'mount paths are unique',
    changeContainer((c) => {
      c.volumeMounts = [
        { name: 'data', mountPath: '/x' },
        { name: 'data', mountPath: '/x' },
      ];
    }),
    `${firstContainer}.volumeMounts[1].mountPath`,
    'Invalid',
    'Invalid value: "/x": must be unique',
  ],
  [
    'a sub-path stays inside',
    changeContainer((c) => {
      c.volumeMounts = [{ name: 'data', mountPath: '/x', subPath: 'a/../..' }];
    }),
    `${firstContainer}.volumeMounts[0].subPath`,
    'Invalid',
    `Invalid value: "a/../..": must not contain '..'`,
  ],
  [
    'volume names are unique',
    (o) => {
      o.spec.volumes?.push({ name: 'data', emptyDir: {} });
    },
    'spec.volumes[1].name',
    'Duplicate',
    'Duplicate value: "data"',
  ],
  [
    'a volume is of one kind',
    (o) => {
      o.spec.volumes = [{ name: 'data', emptyDir: {}, configMap: { name: 'a' } }];
    },
    'spec.volumes[0].configMap',
    'Forbidden',
    'Forbidden: may not specify more than 1 volume type',
  ],
  [
    'a secret is named',
    (o) => {
      o.spec.volumes = [{ name: 'data', secret: {} }];
    },
    'spec.volumes[0].secret.secretName',
    'Required',
    'Required value',
  ],
  [
    'modes are octal',
    (o) => {
      o.spec.volumes = [{ name: 'data', configMap: { name: 'a', defaultMode: 4096 } }];
    },
    'spec.volumes[0].configMap.defaultMode',
    'Invalid',
    'Invalid value: 4096: must be a number between 0 and 0777 (octal), both inclusive',
  ],
  [
    'items stay inside',
    (o) => {
      o.spec.volumes = [{ name: 'data', configMap: { name: 'a', items: [{ key: 'k', path: '/etc' }] } }];
    },
    'spec.volumes[0].configMap.items[0].path',
    'Invalid',
    'Invalid value: "/etc": must be a relative path',
  ],
  [
    'host paths do not climb',
    (o) => {
      o.spec.volumes = [{ name: 'data', hostPath: { path: '/a/../b' } }];
    },
    'spec.volumes[0].hostPath.path',
    'Invalid',
    `Invalid value: "/a/../b": must not contain '..'`,
  ],
]);

// What an update may change of a pod, what is filled in, and what is warned of.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { created, updateTable } from '../../../tests/support/rule-table.ts';
import { changeContainer, validPod } from '../../../tests/support/valid-pod.ts';
import type { V1Pod } from '../generated/types.ts';
import { pod } from './pod.ts';

const immutableSpec =
  'Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n+ hostname: "x"';

updateTable(pod, { ...validPod, spec: { ...validPod.spec, tolerations: [{ key: 'a' }] } }, [
  [
    'most of the spec stays',
    (o) => {
      o.spec.hostname = 'x';
    },
    'spec',
    'Forbidden',
    immutableSpec,
  ],
  [
    'containers stay',
    (o) => {
      o.spec.containers.push({ name: 'b', image: 'b' });
    },
    'spec.containers',
    'Forbidden',
    'Forbidden: pod updates may not add or remove containers',
  ],
  [
    'tolerations stay',
    (o) => {
      o.spec.tolerations = [];
    },
    'spec.tolerations',
    'Forbidden',
    'Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ],
]);

describe('defaults of a pod', () => {
  it('are the same when set twice', () => {
    const once = created(pod, validPod);
    const twice = structuredClone(once);
    pod.defaults?.(twice);
    assert.deepEqual(twice, once);
  });

  it('take the pull policy from the tag', () => {
    const policies = ['a', 'a:latest', 'a:1', 'host:5000/a', 'a@sha256:0'].map((image) => {
      const object = created(pod, { ...validPod, spec: { containers: [{ name: 'a', image }] } });
      return object.spec.containers[0]?.imagePullPolicy;
    });
    assert.deepEqual(policies, ['Always', 'Always', 'IfNotPresent', 'Always', 'IfNotPresent']);
  });

  it('take requests from limits, and the class from both', () => {
    const { spec, status } = created(pod, {
      ...validPod,
      spec: { containers: [{ name: 'a', image: 'a', resources: { limits: { cpu: '1', memory: '1Gi' } } }] },
    });
    assert.deepEqual(spec.containers[0]?.resources?.requests, { cpu: '1', memory: '1Gi' });
    assert.equal(status?.qosClass, 'Guaranteed');
    assert.equal(
      created(pod, { ...validPod, spec: { containers: [{ name: 'a', image: 'a' }] } }).status?.qosClass,
      'BestEffort',
    );
  });
});

describe('warnings about a pod', () => {
  const warned = (change: (object: V1Pod) => void): string[] => {
    const object = structuredClone(validPod);
    delete object.spec.volumes;
    for (const container of object.spec.containers) {
      delete container.volumeMounts;
      delete container.resources?.limits;
    }
    change(object);
    return pod.warnings?.(created(pod, object)) ?? [];
  };

  it('are none for what has an effect', () =>
    assert.deepEqual(
      warned(() => {}),
      [],
    ));

  it('name a field without effect', () => {
    assert.deepEqual(
      warned((o) => {
        o.spec.priorityClassName = 'high';
      }),
      ['spec.priorityClassName: accepted but has no effect here'],
    );
  });

  it('name rights, ports and volumes that no node has', () => {
    const noEffect = (field: string) => `spec.${field}: accepted but has no effect here`;
    assert.deepEqual(
      warned((o) => {
        o.spec.volumes = [
          { name: 'data', emptyDir: {} },
          { name: 'cache', emptyDir: { medium: 'Memory', sizeLimit: '1Gi' } },
          { name: 'settings', configMap: { name: 'settings' } },
          { name: 'disk', persistentVolumeClaim: { claimName: 'disk' } },
          { name: 'trust', projected: { sources: [{ clusterTrustBundle: { path: 'ca', name: 'ca' } }] } },
        ];
        changeContainer((c) => {
          c.volumeMounts = [
            { name: 'data', mountPath: '/data', readOnly: true },
            { name: 'settings', mountPath: '/settings', readOnly: true },
          ];
        })(o);
        o.spec.securityContext = { runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } };
        changeContainer((c) => {
          c.resources = { limits: { memory: '1Gi' } };
          c.ports = [{ containerPort: 80, hostPort: 8080 }];
        })(o);
      }),
      [
        noEffect('securityContext.seccompProfile'),
        noEffect('volumes[3].persistentVolumeClaim'),
        noEffect('volumes[4].projected.sources[0].clusterTrustBundle'),
        noEffect('containers[0].ports[0].hostPort'),
      ],
    );
  });

  it('name a repeated variable', () => {
    assert.deepEqual(warned(changeContainer((c) => c.env?.push({ name: 'A', value: 'c' }))), [
      'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    ]);
  });

  it('are not repeated by an update', () => {
    const object = created(pod, { ...validPod, spec: { ...validPod.spec, runtimeClassName: 'x' } });
    assert.deepEqual(pod.warnings?.(structuredClone(object), object), []);
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainlyIgnored } from './plainly-ignored.ts';

test('what only a pod of its own could have is named by its path', () => {
  const spec = {
    hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }],
    securityContext: { fsGroup: 5, runAsNonRoot: true },
    volumes: [
      { name: 'fast', emptyDir: { medium: 'Memory' } },
      { name: 'settings', configMap: { name: 'settings' } },
    ],
    containers: [
      {
        name: 'app',
        securityContext: { capabilities: { drop: ['ALL'] }, runAsNonRoot: true },
        volumeMounts: [
          { name: 'settings', mountPath: '/settings', readOnly: true },
          { name: 'fast', mountPath: '/fast', readOnly: true },
        ],
      },
    ],
  };
  assert.deepEqual(plainlyIgnored(spec), [
    'spec.hostAliases',
    'spec.securityContext.fsGroup',
    'spec.volumes[0].emptyDir.medium',
    'spec.containers[0].securityContext.capabilities',
    'spec.containers[0].volumeMounts[1].readOnly',
  ]);
});

test('nothing is told of a pod that has none of it', () => {
  assert.deepEqual(plainlyIgnored({ containers: [{ name: 'app' }] }), []);
});

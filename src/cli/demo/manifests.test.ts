import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { readManifests } from '../manifests.ts';
import { demoDeployment, demoService } from './manifests.ts';

test('the demo shows what lies in examples/web', () => {
  const [deployment, service] = readManifests([path.join(import.meta.dirname, '../../../examples/web')]);
  assert.deepEqual(deployment?.object, demoDeployment);
  const { spec, ...rest } = demoService;
  const ports = spec.ports.map((port) => ({ ...port, port: 80, nodePort: 30_080 }));
  assert.deepEqual(service?.object, { ...rest, spec: { ...spec, type: 'NodePort', ports } });
});

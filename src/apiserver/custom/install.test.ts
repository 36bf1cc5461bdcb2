import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CustomWorld, definitionsPath } from '../../../tests/support/custom-world.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { relevoDefinitions } from '../../api/relevo/definitions.ts';
import { systemClock } from '../../base/clock.ts';
import { installDefinitions } from './install.ts';

const policyPath = `${definitionsPath}/backendpolicies.relevo.dev`;
const merge = 'application/merge-patch+json';

describe("the installation of Relevo's definitions", () => {
  it('serves their kinds', async (t) => {
    const world = new CustomWorld();
    t.after(() => world.close());
    await installDefinitions(world.store, systemClock);
    const { body } = await world.ask('GET', '/apis/relevo.dev/v1alpha1');
    assert.deepEqual(body.resources[0].shortNames, ['bp']);
    const { metadata, spec } = await world.must('GET', policyPath);
    assert.equal(metadata.generation, 1);
    assert.match(metadata.uid, /^[0-9a-f-]{36}$/);
    assert.equal(spec.names.listKind, 'BackendPolicyList');
  });

  it('writes nothing the second time', async (t) => {
    const world = new CustomWorld();
    t.after(() => world.close());
    await installDefinitions(world.store, systemClock);
    for (const { metadata } of relevoDefinitions) {
      const path = `${definitionsPath}/${metadata.name}`;
      await eventually(async () => (await world.must('GET', path)).status.conditions?.length > 1);
    }
    await world.custom.close();
    const { revision } = world.store;
    await installDefinitions(world.store, systemClock);
    assert.equal(world.store.revision, revision);
  });

  it('puts back what was changed, and keeps the object and what people added', async (t) => {
    const world = new CustomWorld();
    t.after(() => world.close());
    await installDefinitions(world.store, systemClock);
    const { metadata } = await world.must('GET', policyPath);
    await world.must('PATCH', policyPath, { metadata: { labels: { team: 'a' } } }, merge);
    await world.must('PATCH', policyPath, { spec: { names: { shortNames: ['policy'] } } }, merge);
    await installDefinitions(world.store, systemClock);
    const restored = await world.must('GET', policyPath);
    assert.deepEqual(restored.spec.names.shortNames, ['bp']);
    assert.deepEqual([restored.metadata.uid, restored.metadata.generation], [metadata.uid, 3]);
    assert.deepEqual(restored.metadata.labels, { team: 'a' });
  });

  it('installs what the API itself would accept and change nothing of', async (t) => {
    const world = new CustomWorld();
    t.after(() => world.close());
    const strict = `${definitionsPath}?dryRun=All&fieldValidation=Strict`;
    const accepted = await Promise.all(relevoDefinitions.map((one) => world.must('POST', strict, one)));
    await installDefinitions(world.store, systemClock);
    for (const { metadata, spec } of accepted) {
      assert.deepEqual((await world.must('GET', `${definitionsPath}/${metadata.name}`)).spec, spec);
    }
  });
});

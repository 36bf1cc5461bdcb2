import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { putRole, remove } from '../../../tests/support/auth-objects.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { MemoryStore } from '../../store/memory/store.ts';
import { installBootstrapPolicy } from '../auth/bootstrap-installer.ts';
import { rbacPrefix } from '../auth/rbac-objects.ts';
import type { RepairLoop } from './repair-loop.ts';
import { createRoleAggregation } from './role-aggregation.ts';

const widgets = { verbs: ['get'], apiGroups: ['acme.com'], resources: ['widgets'] };
const labels = { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' };
let store: MemoryStore;
let aggregation: RepairLoop;

beforeEach(async () => {
  store = new MemoryStore();
  await installBootstrapPolicy(store, systemClock);
  aggregation = createRoleAggregation({ store, clock: systemClock, logger: silentLogger });
  aggregation.start();
});

afterEach(() => aggregation.close());

function holds(name: string): boolean {
  const role = store.get(rbacPrefix.clusterRoles + name)?.value;
  return JSON.stringify(role?.rules).includes('acme.com');
}

test('a role with the label is gathered by view, edit and admin, and leaves them when it goes', async () => {
  await putRole(store, 'acme', [widgets], { metadata: { labels } });
  await eventually(() => ['view', 'edit', 'admin'].every(holds));
  await remove(store, `${rbacPrefix.clusterRoles}acme`);
  await eventually(() => !['view', 'edit', 'admin'].some(holds));
});

test('rules written into an aggregated role are put right', async () => {
  const { value } = store.get(`${rbacPrefix.clusterRoles}view`) ?? assert.fail();
  await putRole(store, 'view', [widgets], { ...value, rules: [widgets] });
  await eventually(() => !holds('view'));
  assert.deepEqual(store.get(`${rbacPrefix.clusterRoles}view`)?.value.rules, value.rules);
});

test('at rest nothing is written', async () => {
  await putRole(store, 'acme', [widgets], { metadata: { labels } });
  await eventually(() => holds('admin'));
  await aggregation.close();
  const { revision } = store;
  const again = createRoleAggregation({ store, clock: systemClock, logger: silentLogger });
  again.start();
  await again.close();
  assert.equal(store.revision, revision);
});

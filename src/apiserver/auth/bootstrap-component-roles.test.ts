import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancerClusterRules, balancerNamespaceRules } from '../../balancer/rbac.ts';
import { componentRoles } from './bootstrap-component-roles.ts';
import type { PolicyRule } from './policy-rule.ts';
import { missingRules } from './rule-cover.ts';

test('the balancer of an embedded cluster may do all that balancers need', () => {
  const role = componentRoles.find(({ metadata }) => metadata.name === 'system:relevo:balancer');
  const needed = [...balancerClusterRules, ...balancerNamespaceRules] as PolicyRule[];
  assert.deepEqual(missingRules((role?.rules ?? []) as PolicyRule[], needed), []);
});

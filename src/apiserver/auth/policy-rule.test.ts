import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asks, asksPath } from '../../../tests/support/auth-objects.ts';
import { type PolicyRule, ruleAllows } from './policy-rule.ts';
import type { Attributes } from './user.ts';

const core = (verbs: string[], resources: string[], more: Partial<PolicyRule> = {}): PolicyRule => ({
  ...{ verbs, apiGroups: [''], resources },
  ...more,
});
const urls = (...nonResourceURLs: string[]): PolicyRule => ({ verbs: ['get'], nonResourceURLs });

const table: [text: string, rule: PolicyRule, asked: Attributes, expected: boolean][] = [
  ['an exact rule allows', core(['get'], ['pods']), asks('get pods'), true],
  ['another verb is refused', core(['get'], ['pods']), asks('list pods'), false],
  ['another resource is refused', core(['get'], ['pods']), asks('get secrets'), false],
  ['another group is refused', core(['get'], ['deployments']), asks('get deployments.apps'), false],
  ['a verb wildcard allows every verb', core(['*'], ['pods']), asks('impersonate pods'), true],
  [
    'a group wildcard allows every group',
    core(['get'], ['deployments'], { apiGroups: ['*'] }),
    asks('get deployments.apps'),
    true,
  ],
  ['a resource wildcard allows subresources too', core(['get'], ['*']), asks('get pods/log'), true],
  ['a resource does not allow its subresources', core(['get'], ['pods']), asks('get pods/log'), false],
  ['a subresource does not allow its resource', core(['get'], ['pods/log']), asks('get pods'), false],
  ['a named subresource allows it', core(['get'], ['pods/log']), asks('get pods/log'), true],
  [
    '*/scale allows scale of anything',
    core(['get'], ['*/scale']),
    asks('get replicationcontrollers/scale'),
    true,
  ],
  ['*/scale allows no other subresource', core(['get'], ['*/scale']), asks('get pods/status'), false],
  ['*/scale does not allow the resource', core(['get'], ['*/scale']), asks('get pods'), false],
  ['pods/* is no wildcard', core(['get'], ['pods/*']), asks('get pods/log'), false],
  [
    'a named object is allowed',
    core(['get'], ['pods'], { resourceNames: ['a'] }),
    asks('get pods', { name: 'a' }),
    true,
  ],
  [
    'another name is refused',
    core(['get'], ['pods'], { resourceNames: ['a'] }),
    asks('get pods', { name: 'b' }),
    false,
  ],
  [
    'names refuse what has no name',
    core(['list'], ['pods'], { resourceNames: ['a'] }),
    asks('list pods'),
    false,
  ],
  [
    'an empty list of names means all',
    core(['list'], ['pods'], { resourceNames: [] }),
    asks('list pods'),
    true,
  ],
  ['a rule without groups allows nothing', { verbs: ['*'], resources: ['*'] }, asks('get pods'), false],
  ['a path rule allows its path', urls('/healthz'), asksPath('get', '/healthz'), true],
  ['a path rule refuses a path below', urls('/healthz'), asksPath('get', '/healthz/etcd'), false],
  ['a trailing star allows below', urls('/healthz/*'), asksPath('get', '/healthz/etcd'), true],
  ['a trailing star refuses the path without slash', urls('/healthz/*'), asksPath('get', '/healthz'), false],
  ['a star inside means itself', urls('/a/*/c'), asksPath('get', '/a/b/c'), false],
  ['a star alone allows every path', urls('*'), asksPath('get', '/anything'), true],
  ['a path rule checks the verb', urls('*'), asksPath('post', '/anything'), false],
  ['a path rule allows no resource', { verbs: ['*'], nonResourceURLs: ['*'] }, asks('get pods'), false],
  [
    'a resource rule allows no path',
    core(['*'], ['*'], { apiGroups: ['*'] }),
    asksPath('get', '/metrics'),
    false,
  ],
];

for (const [text, rule, asked, expected] of table) {
  test(text, () => assert.equal(ruleAllows(rule, asked), expected));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http, UserWorld } from '../../../../tests/support/load/user-world.ts';
import { PreparedRequest } from '../../http/prepared-request.ts';
import type { HttpRequest } from '../../plan/http-step.ts';
import { GroupState } from '../group/group-state.ts';
import { CompiledRequest } from './compiled-request.ts';

function contextWith(variables: Record<string, string>) {
  const world = new UserWorld([]);
  const state = new GroupState(
    'Group',
    { shared: world.shared(), plan: { name: '', folder: '/' } } as never,
    world.clock,
  );
  state.begin(Object.entries(variables));
  return state.newContext('Group 1-1', 1);
}

function compiled(more: Partial<HttpRequest>, dialect: 'yaml' | 'jmeter' = 'yaml'): CompiledRequest {
  return new CompiledRequest({ ...http('A').request, ...more }, { folder: '/', dialect });
}

const argument = (name: string, value: string) => ({ name, value, encode: true, withEquals: true });

test('each template has its own value', async () => {
  const request = compiled({
    ...{ method: '${m}', protocol: '${p}', host: '${h}', port: '${n}', path: '/${d}', connectMs: '${c}' },
    arguments: [argument('${an}', '${av}')],
    headers: [{ name: 'X-${hn}', value: '${hv}' }],
    authorizations: [{ url: '${u}', user: '${us}', password: '${pw}', realm: '${r}', mechanism: 'basic' }],
  });
  const names = ['m', 'p', 'h', 'n', 'd', 'c', 'an', 'av', 'hn', 'hv', 'u', 'us', 'pw', 'r'];
  const values = {
    ...Object.fromEntries(names.map((name) => [name, `is-${name}`])),
    m: 'get',
    n: '81',
    c: '7',
    p: 'https',
  };
  const resolved = await request.resolve(contextWith(values));
  assert.equal(request.isConstant, false);
  assert.deepEqual(
    [resolved.method, resolved.secure, resolved.host, resolved.port, resolved.target, resolved.connectMs],
    ['GET', true, 'is-h', 81, '/is-d?is-an=is-av', 7],
  );
  assert.deepEqual(resolved.headers, [['X-is-hn', 'is-hv']]);
  assert.deepEqual(resolved.authorizations, [
    { url: 'is-u', user: 'is-us', password: 'is-pw', realm: 'is-r', mechanism: 'basic' },
  ]);
});

test('one that is constant is put together once, for all users', async () => {
  const request = compiled({});
  const first = await request.resolve(contextWith({}));
  assert.ok(first instanceof PreparedRequest);
  assert.equal(request.resolve(contextWith({})), first);
});

test('arguments go into the query or, as a form, into the body', async () => {
  const form = { arguments: [argument('a', '1 2'), argument('b', '&')] };
  const got = await compiled({ ...form, path: '/x?y=1' }).resolve(contextWith({}));
  assert.deepEqual([got.target, got.body], ['/x?y=1&a=1+2&b=%26', undefined]);
  const posted = await compiled({ ...form, method: 'POST' }).resolve(contextWith({}));
  assert.deepEqual([posted.target, String(posted.body)], ['/A', 'a=1+2&b=%26']);
  assert.deepEqual(posted.headers, [['Content-Type', 'application/x-www-form-urlencoded']]);
});

test('a type that the plan gives is the only one, and an empty header is taken away unless the plan is one of JMeter', async () => {
  const more: Partial<HttpRequest> = {
    ...{ method: 'PUT', body: '{}' },
    headers: [
      { name: 'content-type', value: 'application/json' },
      { name: 'X-Empty', value: '' },
    ],
  };
  const type = ['content-type', 'application/json'];
  assert.deepEqual((await compiled(more).resolve(contextWith({}))).headers, [type]);
  assert.deepEqual((await compiled(more, 'jmeter').resolve(contextWith({}))).headers, [
    type,
    ['X-Empty', ''],
  ]);
});

test('a time that the plan does not give is the default, and 0 is none', async () => {
  const asked = async (connectMs: string | undefined) =>
    (await compiled({ connectMs }).resolve(contextWith({}))).connectMs;
  assert.deepEqual([await asked(undefined), await asked('0'), await asked('25')], [10_000, 0, 25]);
});

test('a file that cannot be read is told', async () => {
  const files = [{ path: 'missing-file', field: '', mimeType: '' }];
  await assert.rejects(async () => compiled({ method: 'POST', files }).resolve(contextWith({})), /ENOENT/);
});

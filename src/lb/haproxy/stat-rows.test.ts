import assert from 'node:assert/strict';
import { test } from 'node:test';
import { numberIn, parseStat } from './stat-rows.ts';

const text = `# pxname,svname,scur,last_chk,type,
web,FRONTEND,1,,0,
app,a,2,"Layer7 wrong status, code: 503, info: ""Service Unavailable""",2,
app,BACKEND,,,1,
`;

test('rows are read by the names of their columns, quotes and commas within included', () => {
  const [frontend, server, backend, ...rest] = parseStat(text);
  assert.deepEqual([frontend?.kind, server?.kind, backend?.kind], ['frontend', 'server', 'backend']);
  assert.deepEqual([server?.proxy, server?.name], ['app', 'a']);
  assert.equal(server?.fields.last_chk, 'Layer7 wrong status, code: 503, info: "Service Unavailable"');
  assert.equal(server && numberIn(server, 'scur'), 2);
  assert.equal(backend && numberIn(backend, 'scur'), 0);
  assert.deepEqual(rest, []);
});

test('an answer that is no table has no rows', () => {
  assert.deepEqual(parseStat("Can't find backend."), []);
});

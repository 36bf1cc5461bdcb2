import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noRow, parseStat } from './stat-rows.ts';

const text = `# pxname,svname,scur,last_chk,type,
web,FRONTEND,1,,0,
app,a,2,"Layer7 wrong status, code: 503, info: ""Service Unavailable""",2,
app,BACKEND,,,1,
`;

test('rows are read by the names of their columns, quotes and commas within included', () => {
  const [frontend, server, backend, ...rest] = parseStat(text);
  assert.deepEqual([frontend?.kind, server?.kind, backend?.kind], ['frontend', 'server', 'backend']);
  assert.deepEqual([server?.proxy, server?.name], ['app', 'a']);
  assert.equal(server?.text('last_chk'), 'Layer7 wrong status, code: 503, info: "Service Unavailable"');
  assert.equal(server?.number('scur'), 2);
  assert.equal(backend?.number('scur'), 0);
  assert.deepEqual(rest, []);
});

test('an answer that is no table has no rows', () => {
  assert.deepEqual(parseStat("Can't find backend."), []);
});

test('a row with other numbers keeps everything else, and a row of nothing has nothing', () => {
  const [, server] = parseStat(text);
  const busier = server?.with(new Map([['scur', 7]]));
  assert.deepEqual([busier?.number('scur'), busier?.name, server?.number('scur')], [7, 'a', 2]);
  assert.deepEqual([noRow.number('scur'), noRow.text('status'), noRow.name], [0, '', '']);
});

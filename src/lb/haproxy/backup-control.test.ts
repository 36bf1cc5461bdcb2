import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demandIn } from './backup-control.ts';
import { sampleKey } from './sample.ts';
import { parseStat } from './stat-rows.ts';

function demand(usable: number, current: number, inWaitingRoom: number): number {
  const text = `# pxname,svname,scur,act,bck,type,
b,waiting_room,${inWaitingRoom},0,1,2,
b,BACKEND,${current},0,${usable + 1},1,
`;
  const rows = parseStat(text).map(
    (row) => [sampleKey(row.proxy, row.kind === 'server' ? row.name : ''), row] as const,
  );
  return demandIn({ rows: new Map(rows), upgrades: new Map() }, 'b');
}

test('who waits first counts once: in the waiting room, or on the way from there to a server', () => {
  assert.equal(demand(0, 10, 1), 10);
  assert.equal(demand(2, 11, 1), 10);
  assert.equal(demand(2, 10, 0), 10);
});

test('of a backend that is not there nobody wants anything', () => {
  assert.equal(demandIn({ rows: new Map(), upgrades: new Map() }, 'b'), 0);
});

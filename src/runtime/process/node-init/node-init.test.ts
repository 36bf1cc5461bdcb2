import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../../tests/support/eventually.ts';
import { FakeClock } from '../../../../tests/support/fake-clock.ts';
import { onJsonLines, sendJsonLine } from '../json-lines.ts';
import { markedProcesses, markerVariable } from '../marked-processes.ts';
import type { NumberedRequest, ProgramOrder, ProgramRecord } from './messages.ts';
import { NodeInit } from './node-init.ts';

/** It makes the file `asked`, and begins when there is a file `go`. */
const slowStart =
  'exec 3<>report; touch asked; while [ ! -e go ]; do sleep 0.01; done; echo ready >&3; exec sleep 1000';

async function open(t: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-node-init-'));
  const markerPrefix = `${path.basename(folder)}/`;
  const clock = new FakeClock();
  const init = new NodeInit({ folder, markerPrefix, controlGroups: false, clock });
  const address = await init.listen();
  const order: ProgramOrder = {
    ...{ id: 'slow', argv: ['sh', '-c', slowStart], cwd: folder, stopSignal: 'SIGTERM', about: {} },
    ...{ logFile: path.join(folder, 'log'), report: path.join(folder, 'report') },
    ...{
      marker: `${markerPrefix}slow`,
      env: { PATH: '/usr/bin:/bin', [markerVariable]: `${markerPrefix}slow` },
    },
  };
  t.after(async () => {
    await init.close();
    await eventually(() => markedProcesses(markerPrefix).length === 0);
    rmSync(folder, { recursive: true });
  });
  const caller = async () => {
    const socket = connect(address);
    await once(socket, 'connect');
    return socket;
  };
  return { folder, clock, order, caller };
}

/** The answer to a call that is the only one on its socket. */
function answerOf(socket: Socket, request: NumberedRequest): Promise<unknown> {
  return new Promise((resolve) => {
    onJsonLines(socket, (value) => resolve((value as { answer: unknown }).answer));
    sendJsonLine(socket, request);
  });
}

function idsOf(answer: unknown): string[] {
  return (answer as ProgramRecord[]).map(({ order }) => order.id);
}

test('whoever asks what there is finds what was being started for somebody who died meanwhile', async (t) => {
  const { folder, clock, order, caller } = await open(t);
  const former = await caller();
  sendJsonLine(former, { call: 'start', order, number: 1 } satisfies NumberedRequest);
  await eventually(() => existsSync(path.join(folder, 'asked')));
  former.destroy();
  const successor = await caller();
  const answer = answerOf(successor, { call: 'list', number: 1 });
  await eventually(() => clock.pending > 0);
  writeFileSync(path.join(folder, 'go'), '');
  assert.deepEqual(idsOf(await answer), ['slow']);
  assert.equal(clock.pending, 0);
});

test('a start that hangs keeps nobody waiting for ever', async (t) => {
  const { folder, clock, order, caller } = await open(t);
  const former = await caller();
  sendJsonLine(former, { call: 'start', order, number: 1 } satisfies NumberedRequest);
  await eventually(() => existsSync(path.join(folder, 'asked')));
  const successor = await caller();
  const answer = answerOf(successor, { call: 'list', number: 1 });
  await eventually(() => clock.pending > 0);
  clock.advance(10_000);
  assert.deepEqual(idsOf(await answer), []);
});

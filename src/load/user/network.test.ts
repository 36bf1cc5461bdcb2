// Users with the real client, the real clock and a real server.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RawOrigin } from '../../../tests/support/load/raw-origin.ts';
import { closed, group, http, plan } from '../../../tests/support/load/user-world.ts';
import { createHttpClient } from '../http/create-http-client.ts';
import type { HttpStep } from '../plan/http-step.ts';
import type { Group } from '../plan/plan.ts';
import { LocalShared } from '../run/local-shared.ts';
import type { Sample } from '../sample.ts';
import { GroupRunner } from './group-runner.ts';
import { Agenda } from './pacing/agenda.ts';
import type { UserTools } from './user-tools.ts';

function realUsers(whole: Group, samples: Sample[], lags: number[]): GroupRunner {
  const real = plan([whole]);
  let ids = 0;
  const tools: UserTools = {
    ...{ plan: real, shared: new LocalShared(real), worker: 0, workers: 1, seed: 1, random: Math.random },
    ...{ properties: new Map(), keepDetail: () => true, stopRun: () => {}, allUsers: () => runner.users },
    record: (sample) => samples.push(sample),
    nextLoadId: () => `run-0-${++ids}`,
    sending: (lagMs) => lags.push(lagMs),
    clientFor: () => createHttpClient(),
  };
  const runner = new GroupRunner(whole, tools);
  return runner;
}

function at(port: number, step: HttpStep): HttpStep {
  return { ...step, request: { ...step.request, host: '127.0.0.1', port: String(port) } };
}

const ok = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

test('users ask over connections of their own, and take out of one answer what the next request says', async (t) => {
  const origin = await RawOrigin.start(t, ({ head }) => ok(head.includes('/login') ? 'ticket=abcd' : 'done'));
  const login = http('login', {
    extractors: [
      {
        type: 'regex',
        variable: 'key',
        pattern: 'ticket=(\\w+)',
        template: '$1$',
        match: '1',
        field: 'body',
        scope: 'main',
      },
    ],
  });
  const steps = [at(origin.port, login), at(origin.port, http('use', { path: '/use/${key}' }))];
  const samples: Sample[] = [];
  const lags: number[] = [];
  await realUsers(group(steps, { load: closed({ users: '3', loops: '4' }) }), samples, lags).run(
    new Agenda().now(),
  );
  assert.equal(samples.length, 24);
  assert.deepEqual(
    samples.filter(({ success }) => !success),
    [],
  );
  assert.deepEqual([origin.connections, origin.requests.length, lags.length], [3, 24, 24]);
  assert.ok(origin.requests.every(({ head }) => /GET \/(login|use\/abcd) /.test(head)));
  assert.match(samples[0]?.detail?.response ?? '', /ticket=abcd$/);
});

test('a stop at once ends a user whose answer never comes', async (t) => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const origin = await RawOrigin.start(t, () => {
    asked();
    return undefined;
  });
  const samples: Sample[] = [];
  const runner = realUsers(group([at(origin.port, http('A'))]), samples, []);
  const over = runner.run(new Agenda().now());
  await isAsked;
  assert.equal(runner.inFlight, 1);
  runner.stop('now');
  await over;
  assert.deepEqual(
    samples.map(({ success, isCut }) => [success, isCut]),
    [[false, true]],
  );
});

test('a server that is not there is a failure with the words of JMeter', async () => {
  const samples: Sample[] = [];
  const runner = realUsers(group([at(1, http('A'))], { load: closed({ loops: '2' }) }), samples, []);
  await runner.run(new Agenda().now());
  assert.deepEqual(
    samples.map(({ code, success, dataType }) => [code, success, dataType]),
    Array(2).fill(['Non HTTP response code: java.net.ConnectException', false, '']),
  );
});

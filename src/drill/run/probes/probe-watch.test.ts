import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { targetOf } from '../../../../tests/support/drill/targets.ts';
import { eventually } from '../../../../tests/support/eventually.ts';
import { systemClock } from '../../../base/clock.ts';
import type { Probe } from '../../scenario/scenario.ts';
import type { World } from '../../world/world.ts';
import { ProbeWatch } from './probe-watch.ts';

let page = { status: 200, body: 'welcome' };
const server = createServer((_request, response) => {
  response.writeHead(page.status).end(page.body);
});
const signal = new AbortController().signal;
const world = { clock: systemClock } as World;

before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
after(() => server.close());

function watch(...probes: readonly Partial<Probe>[]): ProbeWatch {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const whole = probes.map((probe) => ({ name: 'page', when: 'end' as const, everyMs: 5, ...probe }));
  return new ProbeWatch(whole, { world, target: () => targetOf([], { url }), answersSince: undefined });
}

const http = { path: '/', status: ['200-299'], contains: 'welcome' };

test('a page with a good status and the text is good', async () => {
  page = { status: 204, body: '' };
  const probes = watch({ http: { path: '/', status: ['200-299'] } });
  assert.equal(await probes.once('end', signal), undefined);
  assert.deepEqual(probes.outcomes(), [{ name: 'page', good: 1, bad: 0, ok: true }]);
});

test('a look is made again for a moment before it counts as bad', async () => {
  page = { status: 503, body: '' };
  const probes = watch({ http });
  const looking = probes.once('end', signal);
  page = { status: 200, body: 'welcome' };
  assert.equal(await looking, undefined);
});

test('a continuous probe looks again and again, and remembers what the first bad one saw', async () => {
  page = { status: 200, body: 'welcome' };
  const probes = watch({ when: 'continuous', http });
  probes.begin('continuous');
  await eventually(() => (probes.outcomes()[0]?.good ?? 0) > 1);
  page = { status: 500, body: '' };
  await eventually(() => (probes.outcomes()[0]?.bad ?? 0) > 1);
  await probes.end('continuous');
  const [outcome] = probes.outcomes();
  assert.equal(outcome?.ok, false);
  assert.equal(outcome?.saw?.en, 'status 500');
});

test('a probe that cannot be looked at here is neither good nor bad', async () => {
  const probes = watch({ when: 'continuous', shares: { every: true } });
  probes.begin('continuous');
  await eventually(() => probes.outcomes()[0]?.saw !== undefined);
  await probes.close();
  const [outcome] = probes.outcomes();
  assert.deepEqual([outcome?.good, outcome?.bad, outcome?.ok], [0, 0, false]);
  assert.match(outcome?.saw?.en ?? '', /no access to the balancer's records/);
});

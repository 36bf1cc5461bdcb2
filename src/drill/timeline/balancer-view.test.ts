import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { eventually } from '../../../tests/support/eventually.ts';
import { systemClock } from '../../base/clock.ts';
import type { BalancerStatus } from '../../machinery/balancer-status.ts';
import { BalancerView, type Look } from './balancer-view.ts';

/** Statistics that a test answers itself. */
class FakeStatistics {
  asked = 0;
  connections = 0;
  /** The most that were asked for at once. */
  peak = 0;
  delayMs = 0;
  status = 200;
  body: string | undefined;
  #now = 0;
  readonly #server: Server;

  constructor(t: TestContext) {
    this.#server = createServer((request, response) => {
      this.asked++;
      this.#now++;
      this.peak = Math.max(this.peak, this.#now);
      const isKnown = request.headers.authorization === `Basic ${btoa('user:secret')}`;
      setTimeout(() => {
        this.#now--;
        const epoch = { epoch: String(this.asked), startedAt: 0, pid: 1, backends: [], unknown: 0 };
        const found = isKnown && request.url === '/stats;json';
        response.writeHead(found ? this.status : 401).end(this.body ?? JSON.stringify(epoch));
      }, this.delayMs);
    });
    this.#server.on('connection', () => this.connections++);
    t.after(() => this.stop());
  }

  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  #port = 0;

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  access(): BalancerStatus {
    const url = `http://127.0.0.1:${this.#port}/stats`;
    return {
      ...{ engine: 'embedded', ingress: { http: [], https: [] }, accessLog: '' },
      statistics: { url, user: 'user', password: 'secret' },
    };
  }
}

async function viewOf(
  t: TestContext,
  statistics: FakeStatistics,
): Promise<{ view: BalancerView; looks: Look[] }> {
  const view = new BalancerView({
    balancer: async () => statistics.access(),
    clock: systemClock,
    everyMs: 5,
  });
  t.after(() => view.close());
  const looks: Look[] = [];
  view.looks.subscribe((look) => looks.push(look));
  return { view, looks };
}

test('it looks again and again over one connection, and each look says when it was', async (t) => {
  const statistics = new FakeStatistics(t);
  await statistics.start();
  const { view, looks } = await viewOf(t, statistics);
  await view.start();
  assert.equal(looks.length, 1);
  await eventually(() => looks.length >= 5);
  for (const [index, { from, to, last }] of looks.entries()) {
    assert.ok(from <= to);
    assert.equal(last, looks[index - 1]?.to);
  }
  assert.equal(statistics.connections, 1);
  assert.equal(statistics.peak, 1);
  assert.equal(view.latest?.statistics.epoch, looks.at(-1)?.statistics.epoch);
});

test('while the balancer is dead there are no looks, and then there are again', async (t) => {
  const statistics = new FakeStatistics(t);
  await statistics.start();
  const { view, looks } = await viewOf(t, statistics);
  await view.start();
  await statistics.stop();
  await assert.rejects(view.look(), /ECONNREFUSED|ECONNRESET|socket hang up/);
  const before = looks.length;
  await statistics.start();
  await eventually(() => looks.length > before + 1);
});

test('what is no answer of the statistics is none', async (t) => {
  const statistics = new FakeStatistics(t);
  await statistics.start();
  const { view, looks } = await viewOf(t, statistics);
  statistics.status = 503;
  await assert.rejects(view.start(), /answer 503/);
  statistics.status = 200;
  statistics.body = '{"epoch":';
  await assert.rejects(view.look(), /no JSON/);
  statistics.body = undefined;
  await eventually(() => looks.length > 0);
});

test('nothing is asked after it was closed, and a look under way is ended', async (t) => {
  const statistics = new FakeStatistics(t);
  await statistics.start();
  const { view } = await viewOf(t, statistics);
  await view.start();
  statistics.delayMs = 60_000;
  const { asked } = statistics;
  await eventually(() => statistics.asked > asked);
  await view.close();
  await view.close();
  const after = statistics.asked;
  await new Promise(setImmediate);
  assert.equal(statistics.asked, after);
});

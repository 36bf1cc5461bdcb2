// Real threads: what holds in one thread by luck has to hold here.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { HammerOrders, HammerReport } from '../../../../tests/support/lb-state-worker.ts';
import { exampleBackend, exampleModel, exampleServer } from '../../../../tests/support/lb-state-world.ts';
import type { Backend, LbModel, Server } from '../../model.ts';
import { SharedState } from './shared-state.ts';

const workerFile = new URL('../../../../tests/support/lb-state-worker.ts', import.meta.url);

class Hammers {
  readonly #workers: number;
  readonly shared: SharedState;
  readonly words = new SharedArrayBuffer(16);
  readonly #threads: Worker[] = [];
  #reports: Promise<HammerReport[]> = Promise.resolve([]);

  constructor(workers: number) {
    this.#workers = workers;
    this.shared = new SharedState({ workers });
  }

  start(model: LbModel, orders: Omit<HammerOrders, 'init' | 'words' | 'servers'>): void {
    this.shared.plan(model);
    const servers = model.backends[0]?.servers.map(({ id }) => id) ?? [];
    for (let worker = 0; worker < this.#workers; worker++) {
      const seed = orders.seed === undefined ? undefined : orders.seed + worker;
      const init = this.shared.workerInit(worker);
      const workerData: HammerOrders = { ...orders, seed, servers, words: this.words, init };
      this.#threads.push(new Worker(workerFile, { workerData }));
    }
    this.#reports = Promise.all(this.#threads.map(async (thread) => (await once(thread, 'message'))[0]));
  }

  apply(model: LbModel): void {
    const plan = this.shared.plan(model);
    for (const thread of this.#threads) thread.postMessage(plan);
  }

  async reports(): Promise<HammerReport[]> {
    return await this.#reports;
  }

  async end(): Promise<void> {
    this.shared.close();
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}

function sum(reports: readonly HammerReport[], of: Exclude<keyof HammerReport, 'grants'>): number {
  return reports.reduce((total, report) => total + report[of], 0);
}

const patient = { timeoutMs: 600_000, max: 100_000 };

test('maxconn 1 never overlaps, and nobody who waits is passed, with four threads at it', async (t) => {
  const hammers = new Hammers(4);
  t.after(() => hammers.end());
  const backend = exampleBackend([exampleServer('a')], { maxconn: 1, queue: patient });
  hammers.start(exampleModel([backend]), { requests: 2_500, atOnce: 5 });
  const reports = await hammers.reports();
  assert.deepEqual([sum(reports, 'overlaps'), sum(reports, 'granted')], [0, 4 * 2_500]);

  const grants = reports.flatMap((report) => report.grants).sort((a, b) => b[2] - a[2]);
  assert.ok(grants.filter(([, waits]) => Number.isFinite(waits)).length > 1_000);
  // From the last grant to the first: whoever was granted later must not have been waiting before this one asked.
  let earliest = Number.POSITIVE_INFINITY;
  for (const [before, waits] of grants) {
    assert.ok(earliest > before, 'one who waited already was granted later');
    earliest = Math.min(earliest, waits);
  }
  const [stats] = hammers.shared.stats().backends;
  assert.deepEqual([stats?.inFlight, stats?.queued, stats?.servers[0]?.mostInFlight], [0, 0, 1]);
});

test('who asks in the same moment in which another gives the only slot back gets it, though nobody else comes', async (t) => {
  const hammers = new Hammers(2);
  t.after(() => hammers.end());
  const backend = exampleBackend([exampleServer('a')], { maxconn: 1, queue: patient });
  hammers.start(exampleModel([backend]), { requests: 20_000, atOnce: 1, inStepMs: 1_500 });
  const reports = await hammers.reports();
  const [one, other] = reports.map(({ granted }) => granted);
  // Whoever was forgotten would have kept both from ever getting here.
  assert.deepEqual([one, sum(reports, 'refused')], [other, 0]);
});

test('nobody is forgotten in 100,000 requests that ask, wait, go away and fail while servers come and go', async (t) => {
  const hammers = new Hammers(4);
  t.after(() => hammers.end());
  const servers = ['a', 'b', 'c', 'd'].map((id, n) => exampleServer(id, { port: 81 + n }));
  const fields: Partial<Backend> = {
    ...{ maxconn: 2, queue: patient },
    observe: { failures: 3, ejectForMs: 5, maxEjected: 0.5 },
  };
  const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`RELEVO_SEED=${seed}`);
  hammers.start(exampleModel([exampleBackend(servers, fields)]), { requests: 25_000, atOnce: 8, seed });

  const done = hammers.reports();
  let isDone = false;
  void done.then(() => {
    isDone = true;
  });
  for (let round = 0; !isDone; round++) {
    const settings = { ...fields, ...otherSettings(round) };
    hammers.apply(exampleModel([exampleBackend(shaken(servers, round), settings)]));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const reports = await done;
  assert.equal(sum(reports, 'wronglyTold'), 0);
  const told = sum(reports, 'granted') + sum(reports, 'refused') + sum(reports, 'cancelled');
  assert.equal(told, 4 * 25_000);
  const [stats] = hammers.shared.stats().backends;
  assert.deepEqual([stats?.inFlight, stats?.queued], [0, 0]);
  assert.ok(stats?.servers.every(({ inFlight }) => inFlight === 0));
});

const balances: readonly Backend['balance'][] = ['roundrobin', 'source', 'leastconn', 'first', 'random'];

function otherSettings(round: number): Partial<Backend> {
  return {
    maxconn: 1 + (round % 3),
    balance: balances[Math.floor(round / 10) % balances.length],
    affinityMs: round % 30 < 15 ? undefined : 1_000,
    maintenanceUntil: round % 40 === 0 ? Date.now() + 5 : undefined,
    ...(round % 20 < 10 ? {} : { minconn: 1, fullconn: 10 }),
  };
}

const states: readonly Server['state'][] = ['ready', 'ready', 'drain', 'maint', 'departing'];

/** Other states and weights each time, one of them away, and another in another place. */
function shaken(servers: readonly Server[], round: number): Server[] {
  return servers
    .map((server, n) => ({
      ...server,
      state: states[(round * 7 + n * 3) % states.length] as Server['state'],
      weight: 1 + ((round + n) % 4),
      port: n === 3 ? 1_000 + (round % 5) : server.port,
    }))
    .filter((_, n) => round % 6 !== n);
}

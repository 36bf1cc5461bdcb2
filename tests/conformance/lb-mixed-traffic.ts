// Thousands of requests of all kinds at the same time, each checked to the last byte: what is quick on benchmarks of one kind of request is
// often wrong on a mixture. Gates every change of the data path that is made for speed.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { numbersOf } from '../support/content.ts';
import { eventually } from '../support/eventually.ts';
import type { EngineWorld } from '../support/lb/engine-world.ts';
import { serverOf } from '../support/lb/models.ts';
import { ScriptedOrigin } from '../support/scripted-origin.ts';
import { type Kind, kinds, type Lane } from './lb-traffic-kinds.ts';

export interface TrafficOptions {
  readonly port: number;
  readonly requests: number;
  readonly seed: number;
  /** At the same time. Default 24. */
  readonly lanes?: number;
}

export interface TrafficReport {
  /** Requests by kind; of those that come in batches each one. */
  readonly done: ReadonlyMap<string, number>;
  readonly total: number;
  /** Those whose client went away on purpose. */
  readonly aborted: number;
  readonly faults: readonly string[];
}

/** Needs ScriptedOrigins behind the port, retries, and a client time-out above a second. */
export async function sendMixedTraffic(options: TrafficOptions): Promise<TrafficReport> {
  const { port, requests, seed, lanes = 24 } = options;
  const random = numbersOf(seed);
  const done = new Map<string, number>();
  const faults: string[] = [];
  let [total, aborted, next] = [0, 0, 0];
  const lane: Lane = { port, random, seed: () => (seed * 100_003 + next++) >>> 0 };
  const names = Object.entries(kinds).flatMap(([name, { share }]) => Array<string>(share).fill(name));

  async function work(): Promise<void> {
    while (total < requests && faults.length < 10) {
      const name = names[Math.floor(random() * names.length)] as string;
      const kind = kinds[name] as Kind;
      const count = kind.requests ?? 1;
      total += count;
      if (kind.aborts) aborted += count;
      done.set(name, (done.get(name) ?? 0) + count);
      await bounded(kind.send(lane), `${name} took too long`).catch((error: Error) => {
        faults.push(`${name}: ${error.message}`);
      });
    }
  }
  await Promise.all(Array.from({ length: lanes }, work));
  return { done, total, aborted, faults };
}

/** The traffic through an engine, and its books afterwards. */
export async function mixedTraffic(
  t: TestContext,
  world: EngineWorld,
  { requests, seed }: { requests: number; seed: number },
): Promise<void> {
  const origins = await Promise.all(['a', 'b', 'c'].map((name) => ScriptedOrigin.start(t, name)));
  await world.apply({
    servers: origins.map((origin) => serverOf(origin)),
    // Broken answers are a part of the traffic, and no reason to have no server.
    backend: { observe: { failures: 1_000_000, ejectForMs: 10, maxEjected: 0.1 } },
    frontend: { limits: { headBytes: 16_384, headers: 100, bodyBytes: 16_000_000 } },
  });
  const before = await world.frontend();
  const { done, total, aborted, faults } = await sendMixedTraffic({ port: world.port, requests, seed });
  assert.deepEqual(faults, [], `seed ${seed}`);

  const frontend = await eventually(async () => {
    const now = await world.frontend();
    return now.inFlight === 0 && now.requests - before.requests >= total - aborted && now;
  });
  const accepted = frontend.requests - before.requests;
  assert.ok(accepted <= total, `${accepted} of ${total} requests were counted`);
  const { bins } = frontend;
  const inBins = Object.values(bins).reduce((sum, bin) => sum + bin, 0);
  assert.equal(inBins, frontend.requests, 'each request is in one bin');
  assert.ok(bins.aborted <= aborted, `${bins.aborted} aborted, of ${aborted} that meant to`);
  assert.equal(bins.sorry + bins.shed, 0);
  t.diagnostic(`${[...done].map(([name, count]) => `${name} ${count}`).join(', ')}; ${JSON.stringify(bins)}`);
  for (const { servers } of (await world.stats()).backends)
    for (const server of servers) assert.equal(server.inFlight, 0, `${server.name} has requests in flight`);
}

async function bounded<T>(promise: Promise<T>, otherwise: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const limit = 20_000 * Number(process.env.TEST_TIMEOUT ?? 1);
  const timer = setTimeout(() => reject(new Error(otherwise)), limit);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

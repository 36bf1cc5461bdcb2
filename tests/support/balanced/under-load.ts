// Work that is done while users are served: requests begin at a rate on kept connections, whatever becomes of those before.

import assert from 'node:assert/strict';
import { type LoadResult, SteadyLoad, type SteadyLoadOptions } from '../lb/steady-load.ts';
import type { Asked } from '../lb/user.ts';

export interface Load extends SteadyLoadOptions {
  readonly port: number;
  readonly asked?: Asked;
  /** Requests a second. Default 50. */
  readonly rate?: number;
}

/** Every request is answered with 200, those that are quick and those that are under way for a while. Resolves with how many they were. */
export async function underLoad(port: number, work: () => Promise<unknown>): Promise<number> {
  const quick: Load = { port };
  const slow: Load = { port, rate: 20, asked: { path: '/slow?ms=150' } };
  let results: LoadResult[] = [];
  const lasting = await recorded(slow, async () => {
    results = [await recorded(quick, work)];
  });
  results.push(lasting);
  for (const { counts, sent } of results) assert.deepEqual(counts, { 200: sent });
  return results.reduce((sum, { sent }) => sum + sent, 0);
}

/** Resolves with what became of the requests that began before `work` was done. Rejects as `work` does. */
export async function recorded(
  { port, asked, rate = 50, ...options }: Load,
  work: (load: SteadyLoad) => Promise<unknown>,
): Promise<LoadResult> {
  const load = new SteadyLoad(port, rate, asked, options);
  try {
    await work(load);
  } finally {
    await load.stop();
  }
  return load.stop();
}

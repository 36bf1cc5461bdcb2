// wrk, on the core of the servers: as many requests as one thread of it can make.

import { runProgram } from '../../src/base/run-program.ts';

export interface WrkOrder {
  readonly url: string;
  readonly core: number;
  readonly seconds: number;
  readonly connections: number;
  /** A new connection for each request. */
  readonly closes?: boolean;
}

/** Answers a second. Rejects when anything but 2xx came. */
export async function wrk({ url, core, seconds, connections, closes = false }: WrkOrder): Promise<number> {
  const text = await runProgram([
    ...['taskset', '-c', String(core), 'wrk', '-t1', `-c${connections}`, `-d${seconds}s`],
    ...(closes ? ['-H', 'Connection: close'] : []),
    url,
  ]);
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1];
  if (bad !== undefined) throw new Error(`${url} gave ${bad} bad answers`);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1];
  if (rate === undefined) throw new Error(`wrk says no rate: ${text}`);
  return Number(rate);
}

// How many users lost their server while it could still have served them. Pure.

import { noRecords } from '../accounting/accounting.ts';
import type { RecordStore } from '../accounting/record-store.ts';
import type { SampleStore } from '../accounting/sample-store.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import type { Measured } from '../verdict/evidence.ts';
import { counted, isWithin, nothingEnded, unknown, type Window } from './window.ts';

export interface SessionsMovedOptions {
  readonly samples: SampleStore;
  readonly records?: RecordStore;
  /** By their moments. */
  readonly events: readonly TimelineEvent[];
  readonly window: Window;
}

/** A server that goes out while a request is on its way to it could not have served that. */
const slackMs = 100;

/** Users, each once. A server that left, was ejected or failed the request could not have served it. */
export function sessionsMoved({ samples, records, events, window }: SessionsMovedOptions): Measured {
  if (!records) return unknown('count', noRecords);
  const outages = new Outages(events);
  const lastServer = new Map<number, string>();
  const moved = new Set<number>();
  let all = 0;
  // A user's samples come in their order.
  for (let index = 0; index < samples.size; index++) {
    const row = records.lastOf(samples.lane(index), samples.number(index));
    if (row < 0 || !records.isAnswered(row)) continue;
    const [user, server = ''] = [samples.userNumber(index), records.server(row)];
    const before = lastServer.get(user);
    lastServer.set(user, server);
    if (!isWithin(window, samples.endedAt(index))) continue;
    all++;
    if (before === undefined || before === server || hasFailedFirst(records, row)) continue;
    const [from, to] = [samples.startedAt(index) - slackMs, samples.endedAt(index) + slackMs];
    if (!outages.touch(before, from, to)) moved.add(user);
  }
  return all === 0 ? unknown('count', nothingEnded) : counted(moved.size, all);
}

function hasFailedFirst(records: RecordStore, row: number): boolean {
  return records.isRedispatched(row) || records.retries(row) > 0;
}

interface Outage {
  readonly from: number;
  to: number;
}

class Outages {
  readonly #byServer = new Map<string, Outage[]>();

  constructor(events: readonly TimelineEvent[]) {
    for (const { type, subject, at, uncertaintyMs } of events) {
      if (subject === undefined) continue;
      if (type === 'server-out' || type === 'server-departing') this.#out(subject, at - uncertaintyMs);
      else if (type === 'server-in') this.#in(subject, at + uncertaintyMs);
    }
  }

  touch(server: string, from: number, to: number): boolean {
    return (this.#byServer.get(server) ?? []).some((outage) => outage.from < to && outage.to > from);
  }

  #out(server: string, from: number): void {
    const known = this.#byServer.get(server) ?? [];
    this.#byServer.set(server, known);
    if (known.at(-1)?.to !== Number.POSITIVE_INFINITY) known.push({ from, to: Number.POSITIVE_INFINITY });
  }

  /** One that comes in as the first thing that is known of it was not there before. */
  #in(server: string, to: number): void {
    const known = this.#byServer.get(server) ?? [];
    const last = known.at(-1);
    if (last) last.to = Math.min(last.to, to);
    else this.#byServer.set(server, [{ from: Number.NEGATIVE_INFINITY, to }]);
  }
}

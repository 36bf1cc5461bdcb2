// A drill told in a few words: samples of its load and the records that belong to them, for tests of what is made of both.

import { attribute } from '../../../src/drill/accounting/attribute.ts';
import type { RecordLine } from '../../../src/drill/accounting/record-line.ts';
import { RecordStore } from '../../../src/drill/accounting/record-store.ts';
import { SampleStore } from '../../../src/drill/accounting/sample-store.ts';
import type { Victims } from '../../../src/drill/fault/fault.ts';
import type { MeasuredFault } from '../../../src/drill/measure/measured-fault.ts';
import type { EpochBins } from '../../../src/drill/timeline/bin-ledger.ts';
import { told } from '../../../src/drill/told.ts';
import type { Sample } from '../../../src/load/sample.ts';

export const service = { namespace: 'default', name: 'web' };
export const runId = 'run';

/** Pods `a`, `b`, `c` on node-1, node-2, node-3. */
export const pods = ['a', 'b', 'c'].map((name, index) => ({
  ...{ namespace: 'default', name, uid: `uid-${name}`, node: `node-${index + 1}`, address: '' },
  ...{ role: 'primary' as const, ready: true, restarts: 0 },
}));

export function victims(more: Partial<Victims> = {}): Victims {
  return { pods: [], nodes: [], balancer: false, controlPlane: false, states: [], ...more };
}

export function fault(
  injectedAt: number,
  who: Partial<Victims>,
  more: Partial<MeasuredFault> = {},
): MeasuredFault {
  const proof = { at: injectedAt, uncertaintyMs: 10, evidence: told('seen', 'visto') };
  return { step: 0, name: 'fault', injectedAt, proof, victims: victims(who), ...more };
}

export function sampleOf(more: Partial<Sample> & { readonly endedAt?: number }): Sample {
  const {
    endedAt,
    startedAt = 0,
    elapsedMs = endedAt === undefined ? 10 : endedAt - startedAt,
    ...rest
  } = more;
  return {
    ...{ label: 'GET /', startedAt, elapsedMs, latencyMs: 1, connectMs: 0, idleMs: 0, success: true },
    ...{ code: '200', message: 'OK', bytes: 1, sentBytes: 1, user: 'users 1-1', group: 'users' },
    ...{ url: 'http://web/', dataType: 'text', groupUsers: 1, allUsers: 1, ...rest },
  };
}

export function recordOf(more: Partial<RecordLine>): RecordLine {
  return {
    ...{ backend: 'default/web:http', server: 'a', outcome: 'ok', isSure: true, status: 200 },
    ...{
      termination: '----',
      endedAt: 0,
      waitedMs: 0,
      totalMs: 10,
      retries: 0,
      redispatched: false,
      method: 'GET',
    },
    ...more,
  };
}

export class Story {
  readonly samples = new SampleStore(runId);
  readonly records = new RecordStore(runId);
  #number = 0;

  /** A request; without a record where that is null. Returns its index. */
  add(sample: Parameters<typeof sampleOf>[0], record: Partial<RecordLine> | null = {}): number {
    const loadId = `${runId}-0-${++this.#number}`;
    const whole = sampleOf({ loadId, ...sample });
    this.samples.add(whole);
    if (record) {
      const endedAt = whole.startedAt + whole.elapsedMs;
      this.records.add(recordOf({ loadId, endedAt, totalMs: whole.elapsedMs, ...record }), 0);
    }
    return this.samples.size - 1;
  }

  /** One that a server failed. */
  fails(startedAt: number, server?: string): number {
    const failure = { outcome: 'serverError', status: 503, termination: 'SC--', server } as const;
    return this.add({ startedAt, success: false, code: '503', message: 'Service Unavailable' }, failure);
  }

  /** Good ones, one after the other. */
  good(from: number, to: number, everyMs = 100): void {
    for (let at = from; at < to; at += everyMs) this.add({ startedAt: at });
  }

  attribute(faults: readonly MeasuredFault[], epochs: readonly EpochBins[] = []) {
    return attribute({ samples: this.samples, records: this.records, faults, pods, epochs });
  }
}

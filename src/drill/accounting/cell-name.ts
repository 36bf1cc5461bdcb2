// What it is called when generator and balancer saw different ends of the same request. Pure: from what both wrote down, and from when an
// engine died.

import type { Cell, RecordOutcome, SampleOutcome } from './accounting.ts';
import { type EpochLoss, wasLost } from './epoch-losses.ts';
import type { RecordStore } from './record-store.ts';
import type { SampleStore } from './sample-store.ts';

/** Where both mean the same. */
const diagonal: Readonly<Record<SampleOutcome, readonly RecordOutcome[]>> = {
  ok: ['ok'],
  failed: ['clientError', 'serverError'],
  shed: ['shed'],
  sorry: ['sorry'],
  inFlight: ['none'],
};

export interface CellOptions {
  readonly samples: SampleStore;
  readonly records: RecordStore;
  readonly losses: readonly EpochLoss[];
}

/** As the balancer saw the end of the sample. */
export function recordOutcomeOf(
  { samples, records }: Omit<CellOptions, 'losses'>,
  index: number,
): RecordOutcome {
  const row = records.lastOf(samples.lane(index), samples.number(index));
  if (row < 0) return 'none';
  const [seen, outcome] = [samples.outcome(index), records.outcome(row)];
  // Its answer named itself, in a field that no server can send: where a line cannot tell, that can.
  const isNamed = seen === 'sorry' || seen === 'shed';
  return isNamed && !records.isSure(row) && isUnavailable(outcome) ? seen : outcome;
}

function isUnavailable(outcome: RecordOutcome): boolean {
  return outcome === 'sorry' || outcome === 'shed' || outcome === 'serverError';
}

/** Undefined on the diagonal. */
export function cellName(options: CellOptions, index: number, record: RecordOutcome): Cell['name'] {
  const { samples, losses } = options;
  const seen = samples.outcome(index);
  if (diagonal[seen].includes(record)) return undefined;
  // It was cut by the end of the load: whatever the balancer made of it.
  if (seen === 'inFlight') return 'client gave up';
  const isLost = wasLost(losses, samples.startedAt(index), samples.endedAt(index));
  if (record === 'none') return unrecordedName(samples, index, isLost);
  if (seen === 'ok')
    return record === 'clientError' || record === 'serverError'
      ? 'answer accepted by a check'
      : 'unexplained';
  if (seen !== 'failed') return 'unexplained';
  if (record === 'aborted' || isTimeOut(samples.code(index))) return 'client gave up';
  if (samples.isRefused(index)) return record === 'ok' ? 'answer refused by a check' : 'unexplained';
  return isLost ? 'engine epoch lost' : 'unexplained';
}

function unrecordedName(samples: SampleStore, index: number, isLost: boolean): Cell['name'] {
  if (samples.outcome(index) === 'failed' && isUnconnected(samples.code(index))) return 'never accepted';
  return isLost ? 'engine epoch lost' : 'unexplained';
}

/** There was no connection, or no TLS: names of load/http/failures.ts. */
export function isUnconnected(code: string): boolean {
  return /\.(ConnectException|ConnectTimeoutException|NoRouteToHostException|UnknownHostException|SSLException)$/.test(
    code,
  );
}

function isTimeOut(code: string): boolean {
  return code.endsWith('.SocketTimeoutException');
}

// Ids of the generator's requests, `RUN-WORKER-NUMBER`, with `.N` for the N-th request more that the same sample needed (a redirect). A
// drill's load has runs beside its own, surges: `RUNs1`, `RUNs2` and so on.

export interface LoadId {
  /** Run and worker together: numbers begin anew in each. */
  readonly lane: number;
  readonly number: number;
  /** 0: the first request of the sample. */
  readonly part: number;
}

const mostWorkers = 1_024;
const mostRuns = 64;
const dash = 0x2d;
const surgeMark = 0x73;

/** Undefined for ids of other runs, and for what is none. Called for every line of an access log. */
export function readLoadId(id: string, runId: string): LoadId | undefined {
  if (!id.startsWith(runId)) return undefined;
  const endOfRun = id.indexOf('-', runId.length);
  const run = runOf(id, runId.length, endOfRun);
  const endOfWorker = id.indexOf('-', endOfRun + 1);
  const dot = id.indexOf('.', endOfWorker);
  const worker = whole(id, endOfRun + 1, endOfWorker);
  const number = whole(id, endOfWorker + 1, dot < 0 ? id.length : dot);
  const part = dot < 0 ? 0 : whole(id, dot + 1, id.length);
  if (run < 0 || worker < 0 || number < 0 || part < 0) return undefined;
  return run < mostRuns && worker < mostWorkers
    ? { lane: run * mostWorkers + worker, number, part }
    : undefined;
}

export function loadIdText(runId: string, lane: number, number: number): string {
  const run = Math.floor(lane / mostWorkers);
  return `${runId}${run === 0 ? '' : `s${run}`}-${lane % mostWorkers}-${number}`;
}

function runOf(id: string, from: number, to: number): number {
  if (id.charCodeAt(from) === dash) return 0;
  return id.charCodeAt(from) === surgeMark ? whole(id, from + 1, to) : -1;
}

/** Digits only; -1 for anything else, and for more than a place in a list can be. */
function whole(text: string, from: number, to: number): number {
  if (to <= from || to - from > 9) return -1;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

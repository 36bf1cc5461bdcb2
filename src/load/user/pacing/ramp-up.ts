// When the users of the closed model start, and which of them are this worker's.

/** User `index` (from 0) of so many starts so many milliseconds after the first. */
export function startOffsetMs(index: number, users: number, rampUpMs: number): number {
  return (index / users) * rampUpMs;
}

/** Users are dealt out to workers in turn, so that all workers ramp up alike. */
export function usersOfWorker(users: number, worker: number, workers: number): number[] {
  const own: number[] = [];
  for (let index = worker; index < users; index += workers) own.push(index);
  return own;
}

// Keeps a log small that others write, who begin a new file when theirs was renamed: a full one becomes NAME.log.1.

import { renameSync, statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';

const lookEveryMs = 5_000;
/** So much for a file: of requests there are many. */
const usualBytes = 64 * 1024 * 1024;

/** Looks now and then until the returned function is called. What the system refuses is tried again at the next look. */
export function rotateLog(file: string, clock: Clock, maxBytes = usualBytes): () => void {
  let cancel = clock.after(lookEveryMs, look);
  function look(): void {
    cancel = clock.after(lookEveryMs, look);
    try {
      const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
      if (size >= maxBytes) renameSync(file, `${file}.1`);
    } catch {
      // A disk that is full or read-only gives no larger log either.
    }
  }
  return () => cancel();
}

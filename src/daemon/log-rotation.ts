// Keeps a log small that others write, who begin a new file when theirs was renamed. As with logs of containers a full one becomes NAME.1, .2
// and so on, and the oldest is dropped.

import { statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';
import { defaultLogLimits, type LogLimits, rotateLog } from '../runtime/log/log-files.ts';

const lookEveryMs = 1_000;

/** Looks now and then until the returned function is called. What the system refuses is tried again at the next look. */
export function keepSmall(file: string, clock: Clock, limits: LogLimits = defaultLogLimits): () => void {
  let cancel = clock.after(lookEveryMs, look);
  function look(): void {
    cancel = clock.after(lookEveryMs, look);
    try {
      const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
      if (size >= limits.maxBytes) rotateLog(file, limits.maxFiles);
    } catch {
      // A disk that is full or read-only gives no larger log either.
    }
  }
  return () => cancel();
}

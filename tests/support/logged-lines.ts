// What a log has by now: whole lines only, since the last one may still be on its way to the disk.

import { existsSync, readFileSync } from 'node:fs';
import { eventually } from './eventually.ts';

/** Resolves when there are so many. */
export function loggedLines(file: string, atLeast = 1): Promise<string[]> {
  return eventually(() => {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const lines = text
      .slice(0, text.lastIndexOf('\n') + 1)
      .split('\n')
      .slice(0, -1);
    return lines.length >= atLeast ? lines : undefined;
  }, 20_000);
}

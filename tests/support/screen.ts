// What a program in a session has shown, as its user sees it grow.

import type { StreamSession } from '../../src/runtime/runtime.ts';

/** All that was shown since this was called, whenever it is asked. */
export function screenOf({ stdout }: Pick<StreamSession, 'stdout'>): () => string {
  let shown = '';
  stdout.on('data', (chunk) => {
    shown += chunk;
  });
  return () => shown;
}

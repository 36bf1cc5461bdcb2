// Ctrl-C and its like, as a signal.

import { Interrupted } from './errors.ts';

/**
 * Aborted, with Interrupted, by Ctrl-C, by SIGTERM (`relevo down`), and when the terminal or whoever reads the output is gone. The second
 * Ctrl-C or the like ends the process at once.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupted('interrupted'));
  };
  process.on('SIGPIPE', () => controller.abort(new Interrupted('nobody reads the output any more')));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  return controller.signal;
}

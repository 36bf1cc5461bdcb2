// Ctrl-C and its like, as a signal.

import { Interrupted } from './errors.ts';

/** What is to happen then. Not told by SIGPIPE, which comes for every other pipe and connection that breaks, too. */
const unread = new Set<() => void>();

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborted, with Interrupted, by Ctrl-C, by SIGTERM (`relevo down`), and when the terminal or whoever reads the output is gone. The second
 * Ctrl-C or the like ends the process at once. `except` is a signal that means something else here.
 */
export function interruption({ except }: { except?: (typeof endings)[number] } = {}): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort(new Interrupted('interrupted'));
  };
  unread.add(() => controller.abort(new Interrupted('nobody reads the output any more')));
  for (const signal of endings) if (signal !== except) process.on(signal, interrupt);
  return controller.signal;
}

/** Nobody reads the output any more. False when nothing is under way that would end by that. */
export function outputIsUnread(): boolean {
  for (const tell of unread) tell();
  return unread.size > 0;
}

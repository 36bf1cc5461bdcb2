// What can go wrong in a verb, and the exit code it leads to. Any other Error means that the thing failed: 1.

/** The command line makes no sense; the message says what would. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Stopped by Ctrl-C. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return 2;
  return error instanceof Interrupted ? 130 : 1;
}

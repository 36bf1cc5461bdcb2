// What is wrong with a file is wrong usage: one line each, exit code 2.

import { UsageError } from './errors.ts';

/** Takes what readers of files throw (FileFaults) apart; anything else goes on as it is. */
export function refuse(error: unknown): never {
  if (!(error instanceof Error) || !('faults' in error)) throw error;
  const [first = error.message, ...others] = error.faults as readonly string[];
  for (const fault of others) process.stderr.write(`relevo: ${fault}\n`);
  throw new UsageError(first, { cause: error });
}

// Errors across the thread border: what SQLite or the file system threw there becomes the store's own error here.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreFailedError, StoreFullError } from '../store.ts';
import { codeOf, StoreFileError } from './errors.ts';
import type { Failure } from './messages.ts';

/** In the worker. `dataDir` is where the disk may be full; empty where that is not the question. */
export function failureOf(error: unknown, dataDir: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof StoreFileError) {
    return { kind: 'file', problem: error.problem, file: error.file, message };
  }
  const full =
    isFull(error) || (codeOf(error).startsWith('SQLITE_IOERR') && dataDir !== '' && refusesData(dataDir));
  if (full) return { kind: 'full', message: `no room on the disk for the store: ${message}` };
  return { kind: 'failed', message: `the store cannot write: ${message}` };
}

/** On the other side. */
export function errorOf(failure: Failure): Error {
  if (failure.kind === 'full') return new StoreFullError(failure.message);
  if (failure.kind === 'failed') return new StoreFailedError(failure.message);
  const prefix = `${failure.file}: `;
  return new StoreFileError(failure.problem, failure.file, failure.message.slice(prefix.length));
}

/** Whether the disk, or what its owner may have of it, is used up. */
export function isFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT';
}

/** SQLite tells a used-up quota, or no room for its index, as an I/O error without the reason; a probe finds the reason. */
function refusesData(dir: string): boolean {
  const probe = join(dir, `store.probe-${process.pid}`);
  try {
    writeFileSync(probe, Buffer.alloc(64 * 1024), { flush: true });
    return false;
  } catch (error) {
    return isFull(error);
  } finally {
    rmSync(probe, { force: true });
  }
}

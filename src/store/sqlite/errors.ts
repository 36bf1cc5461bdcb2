// Why a store on disk, or a snapshot, was refused: one line that says what is wrong, with which file, and what to do next.
// Nothing was changed when one of these is thrown.

export type StoreFileProblem =
  /** Another process (or this one) has it open. */
  | 'locked'
  /** There was a database, and its file is gone or empty. */
  | 'missing'
  /** Acknowledged writes are not in it. */
  | 'behind'
  /** Torn, truncated or garbled. */
  | 'corrupt'
  /** Not one of ours. */
  | 'foreign'
  /** Written by a newer version of the program. */
  | 'newer'
  /** The file system refused. */
  | 'io';

export class StoreFileError extends Error {
  readonly problem: StoreFileProblem;
  readonly file: string;

  constructor(problem: StoreFileProblem, file: string, detail: string, options?: ErrorOptions) {
    super(`${file}: ${detail}`, options);
    this.name = 'StoreFileError';
    this.problem = problem;
    this.file = file;
  }
}

const restore = 'restore a snapshot';

export function lockedError(file: string, pid: number | undefined): StoreFileError {
  const holder = pid === undefined ? 'another process' : `process ${pid}`;
  return new StoreFileError('locked', file, `the store is in use by ${holder}; stop that one first`);
}

export function missingError(file: string, marker: string): StoreFileError {
  const detail = `the database is gone, although ${marker} says that there was one; put it back or ${restore}`;
  return new StoreFileError('missing', file, detail);
}

export function emptyError(file: string): StoreFileError {
  return new StoreFileError('missing', file, `the database is empty (0 bytes); put it back or ${restore}`);
}

export function behindError(file: string, found: number, acknowledged: number): StoreFileError {
  const detail = `the database ends at revision ${found}, but ${acknowledged} was acknowledged: its -wal file was removed or it is an old copy; put the right files back or ${restore}`;
  return new StoreFileError('behind', file, detail);
}

export function corruptError(file: string, detail: string, cause?: unknown): StoreFileError {
  return new StoreFileError('corrupt', file, `the database is damaged (${detail}); ${restore}`, { cause });
}

export function foreignError(file: string, detail: string, cause?: unknown): StoreFileError {
  return new StoreFileError('foreign', file, `${detail}; move it away or ${restore}`, { cause });
}

export function newerError(file: string, found: number, known: number): StoreFileError {
  const detail = `written by a newer version (format ${found}, this one knows ${known}); use that version or ${restore}`;
  return new StoreFileError('newer', file, detail);
}

/** What SQLite or the file system said when a file was opened or read, as a StoreFileError. */
export function openError(file: string, error: unknown): StoreFileError {
  if (error instanceof StoreFileError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code.startsWith('SQLITE_NOTADB')) return foreignError(file, 'not a database', error);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_ERROR') return corruptError(file, message, error);
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code)) {
    const detail = `there is no room on the disk (${message}); make some and try again`;
    return new StoreFileError('io', file, detail, { cause: error });
  }
  return new StoreFileError('io', file, `cannot be used: ${message} (${code})`, { cause: error });
}

/** `SQLITE_FULL`, `ENOSPC`; empty when the error has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

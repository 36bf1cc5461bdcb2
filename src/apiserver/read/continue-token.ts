// The token that continues a limited list: where it stopped and at which revision. Opaque to clients.

import { badRequest } from '../../api/status.ts';

interface ContinuePosition {
  revision: number;
  /** The last key that was given out. */
  after: string;
}

export function encodeContinue(position: ContinuePosition): string {
  const text = JSON.stringify({ v: 'relevo.dev/v1', rv: position.revision, after: position.after });
  return Buffer.from(text).toString('base64url');
}

/** Throws 400 for a token that this server did not make. */
export function decodeContinue(token: string, prefix: string): ContinuePosition {
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    const { v, rv, after } = parsed;
    if (
      v === 'relevo.dev/v1' &&
      Number.isSafeInteger(rv) &&
      typeof after === 'string' &&
      after.startsWith(prefix)
    ) {
      return { revision: rv, after };
    }
  } catch {
    // falls through: every broken token gets the same answer
  }
  throw badRequest('continue key is not valid: start the list again without it');
}

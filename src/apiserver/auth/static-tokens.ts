// Bearer tokens that a file names: for components that cannot hold a client certificate. Read once, at start.

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { User } from './user.ts';

/** One entry of the file, a JSON array. */
export interface StaticToken {
  token: string;
  user: string;
  uid?: string;
  groups?: string[];
}

const shortestToken = 16;

/**
 * Tokens are compared by their SHA-256: a guess learns nothing from how long a refusal takes, and the memory holds no usable token.
 */
export class StaticTokens {
  readonly #users = new Map<string, User>();

  /** Throws when two entries share a token, or an entry lacks its user or has a token of fewer than 16 characters. */
  constructor(tokens: readonly StaticToken[]) {
    for (const [i, { token, user, uid, groups = [] }] of tokens.entries()) {
      if (!user || typeof token !== 'string' || token.length < shortestToken)
        throw new TypeError(
          `static token ${i + 1} needs a user and a token of at least ${shortestToken} characters`,
        );
      const digest = hash('sha256', token, 'base64');
      if (this.#users.has(digest))
        throw new TypeError(`static token ${i + 1} (user "${user}") is not unique`);
      const all = [...new Set([...groups, 'system:authenticated'])];
      this.#users.set(digest, { name: user, groups: all, ...(uid ? { uid } : {}) });
    }
  }

  /** The same User for the same token, always. */
  userOf(token: string): User | undefined {
    return this.#users.get(hash('sha256', token, 'base64'));
  }
}

/** A file that does not exist holds no tokens; one that cannot be read as such throws, naming it. */
export async function readStaticTokens(file: string): Promise<StaticTokens> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new StaticTokens([]);
    throw error;
  }
  try {
    return new StaticTokens(JSON.parse(text) as StaticToken[]);
  } catch (cause) {
    // The parser's message may quote the file, and with it a token.
    const reason = cause instanceof SyntaxError ? 'it is not valid JSON' : (cause as Error).message;
    throw new Error(
      `the tokens file ${file} cannot be used: ${reason}`,
      cause instanceof SyntaxError ? {} : { cause },
    );
  }
}

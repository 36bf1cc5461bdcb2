// What works for root is to work for an ordinary user: the same test file once more, with all rights dropped.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

export const nobodysId = 65_534;
/** Words before a command that root wants to run as an ordinary user. */
export const dropRights = ['setpriv', `--reuid=${nobodysId}`, `--regid=${nobodysId}`, '--clear-groups'];

/**
 * Registers that run as a test where this process is root; elsewhere the file is being run by an ordinary user already. `before` are words
 * that stand before the command, which root still runs.
 */
export function alsoAsNobody(file: string, before: readonly string[] = []): void {
  if (process.getuid?.() !== 0) return;
  test('all of this holds for an ordinary user', async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const [program = '', ...args] = [
      ...before,
      ...dropRights,
      process.execPath,
      '--test',
      fileURLToPath(file),
    ];
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const [said, code] = await Promise.all([
      text(child.stdout),
      new Promise((resolve) => child.once('exit', resolve)),
    ]);
    assert.equal(code, 0, said);
  });
}

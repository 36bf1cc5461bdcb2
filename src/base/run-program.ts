// Runs one of the system's programs to its end.

import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Where they are: an ordinary user's PATH often does not have these folders. */
export function systemPath(path = process.env.PATH ?? ''): string {
  return [...new Set([...path.split(':'), '/usr/sbin', '/sbin', '/usr/bin', '/bin'])].join(':');
}

/** What it said. Rejects with an Error in one line that has its complaint. */
export async function runProgram(words: readonly string[], input = ''): Promise<string> {
  const [program = '', ...args] = words;
  const child = spawn(program, args, { env: { ...process.env, PATH: systemPath() } });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  // One that ended early does not read: its exit code says so.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code, said, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return said;
  throw new Error(`${words.join(' ')}: ${oneLine(complaint) || `ended with code ${code}`}`);
}

function oneLine(complaint: string): string {
  return complaint.trim().replace(/\s*\n\s*/g, '; ');
}

// Whether the host's interpreter is of the version that a FROM line names.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BaseName } from '../image-record.ts';

const patienceMs = 10_000;
/** The program, and how many parts of its version make a difference. */
const programs: Partial<Record<BaseName, { program: string; parts: number }>> = {
  python: { program: 'python3', parts: 2 },
  node: { program: 'node', parts: 1 },
};

/** Undefined: it is, or nobody can say. */
export async function versionWarning(base: BaseName, tag: string, from: string): Promise<string | undefined> {
  const found = programs[base];
  const [wanted] = /^\d+(\.\d+)*/.exec(tag) ?? [];
  if (!found || wanted === undefined) return undefined;
  const version = await versionOf(found.program);
  const isSame = (part: number) => [undefined, version?.split('.')[part]].includes(wanted.split('.')[part]);
  if (version === undefined || Array.from({ length: found.parts }, (_, part) => part).every(isSame))
    return undefined;
  return `FROM ${from} stands for this machine's ${found.program}, which is ${version}`;
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: patienceMs });
    return /\d+(\.\d+)+/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}

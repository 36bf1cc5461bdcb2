// A folder for PATH with what every Debian has and nothing else.

import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { programOnPath } from './programs.ts';

const tools = [
  'sh',
  'cat',
  'cmp',
  'cp',
  'dirname',
  'ls',
  'mkdir',
  'mv',
  'readlink',
  'rm',
  'rmdir',
  'sleep',
  'tr',
  'uname',
];

export function makeBasicTools(bin: string): void {
  mkdirSync(bin);
  for (const tool of tools) symlinkSync(programOnPath(tool) as string, path.join(bin, tool));
}

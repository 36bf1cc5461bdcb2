// A folder in which the names of sockets stay short enough.

import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What sockaddr_un holds, less what stands behind the folder and what HAProxy adds while it binds: unix(7). */
const longest = 75;

/** In `wanted`, or in the system's folder for what is temporary where that is too long. Nobody else may read it. The caller removes it. */
export function socketFolder(wanted: string): string {
  if (wanted.length > longest) return mkdtempSync(path.join(tmpdir(), 'relevo-haproxy-'));
  const folder = path.join(wanted, 'haproxy');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

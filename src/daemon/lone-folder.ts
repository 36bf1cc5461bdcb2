// The folder that a balancer without a cluster has while it runs. One that was killed cannot remove it: the next one does.

import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { processIdentity } from '../base/process-identity.ts';

const prefix = 'relevo-lb-';
/** Whose it is. */
const ownerFile = 'owner';

/** A new one, after those were removed whose balancers are no more. The caller removes it. */
export function makeLoneFolder(): string {
  removeAbandoned();
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  writeFileSync(path.join(folder, ownerFile), `${process.pid}\n${here()}\n${processIdentity(process.pid)}\n`);
  return folder;
}

function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith(prefix))) {
    const folder = path.join(tmpdir(), name);
    // What cannot be removed now is not worth not starting.
    try {
      if (isOurs(folder) && isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
    } catch {}
  }
}

/** Everybody may put something of that name there. */
function isOurs(folder: string): boolean {
  const { uid } = lstatSync(folder);
  return uid === process.getuid?.() && lstatSync(folder).isDirectory();
}

/** Without the file that names its owner it is just being made. */
function isAbandoned(folder: string): boolean {
  const [pid, where, identity] = readFileSync(path.join(folder, ownerFile), 'utf8').split('\n');
  return where === here() && identity !== undefined && processIdentity(Number(pid)) !== identity;
}

/** Where the folder for what is temporary is shared with containers their processes are not seen from here. */
function here(): string {
  return process.platform === 'linux' ? readlinkSync('/proc/self/ns/pid') : '';
}

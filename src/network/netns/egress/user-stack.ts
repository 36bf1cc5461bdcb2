// The programs that can take connections out of a network namespace without touching the machine's own network: each makes them again, as an
// ordinary program of this machine and with this user's rights.

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import type { NamespaceHolder } from '../../../base/namespaces/namespace-holder.ts';
import { systemPath } from '../../../base/run-program.ts';
import { wayOut } from './way-out.ts';

export interface UserStack {
  readonly program: string;
  /** The whole command line; it runs in the foreground until it is killed. */
  words(fabric: NamespaceHolder): readonly string[];
  /** Lines of shell for the fabric when it runs. */
  readonly setUp: readonly string[];
}

/**
 * What pods reach on 127.0.0.1 of this machine through it is meant: it is `host.relevo.internal`. In its sandbox it has no files and no rights
 * that it does not need.
 */
const slirp: UserStack = {
  program: 'slirp4netns',
  words: ({ pid }) => [
    'slirp4netns',
    '--configure',
    `--cidr=${wayOut.cidr}`,
    '--enable-sandbox',
    String(pid),
    wayOut.device,
  ],
  setUp: [],
};

/**
 * Its older versions know one address only: everybody gets the fabric's. Started by root it gives up the rights that entering the fabric takes.
 */
const pasta: UserStack = {
  program: 'pasta',
  words: ({ pid }) => [
    ...['pasta', '--foreground', '--quiet', '--config-net', '--ipv4-only', '--ns-ifname', wayOut.device],
    ...['--address', wayOut.own, '--netmask', String(wayOut.bits), '--gateway', wayOut.host],
    ...['--tcp-ports', 'none', '--udp-ports', 'none', '--tcp-ns', 'none', '--udp-ns', 'none'],
    String(pid),
  ],
  setUp: [
    ...['nft -f - <<END', 'table ip relevo', 'delete table ip relevo', 'table ip relevo {', 'chain out {'],
    'type nat hook postrouting priority 100',
    `oifname "${wayOut.device}" masquerade`,
    ...['}', '}', 'END'],
  ],
};

const device = '/dev/net/tun';

interface Surroundings {
  /** Whether this process is root. */
  readonly isRoot: boolean;
  isInstalled(program: string): boolean;
  mayOpen(file: string): boolean;
}

/** The best that is installed; or one line: what is missing, and what to do about it. */
export function findUserStack(around: Partial<Surroundings> = {}): UserStack | string {
  const { isRoot, isInstalled, mayOpen } = { ...here, ...around };
  const mayPasta = !isRoot && isInstalled('pasta');
  const found = isInstalled('slirp4netns') ? slirp : mayPasta && isInstalled('nft') ? pasta : undefined;
  if (found && mayOpen(device)) return found;
  if (found) return `${found.program} may not open ${device} ("sudo modprobe tun; sudo chmod 666 ${device}")`;
  return `install slirp4netns ("apt install slirp4netns")${mayPasta ? ', or nft, which pasta needs for it ("apt install nftables")' : ''}`;
}

const here: Surroundings = {
  isRoot: process.getuid?.() === 0,
  isInstalled: (program) =>
    systemPath()
      .split(':')
      .some((folder) => mayAccess(path.join(folder, program), constants.X_OK)),
  mayOpen: (file) => mayAccess(file, constants.R_OK | constants.W_OK),
};

function mayAccess(file: string, how: number): boolean {
  try {
    accessSync(file, how);
    return true;
  } catch {
    return false;
  }
}

// Who listens where on this machine, from /proc. For a network that programs share it is the only way to see that one of them took an address
// that is not its own.

import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import path from 'node:path';
import { processIds } from '../../base/process-files.ts';

export interface Listener {
  /** `127.0.0.1`, `0.0.0.0`, `::`; an IPv4 address within IPv6 as IPv4. */
  address: string;
  port: number;
  /** Of its socket. */
  inode: string;
}

export interface ListenView {
  /** All TCP listeners of the machine. Empty where there is no /proc. */
  listeners(): Listener[];
  /** The inodes of the sockets that these processes hold. */
  socketsOf(pids: readonly number[]): Set<string>;
  /** Whose listener it is, for people: `python3 (process 123)`. Undefined for what this user may not see. */
  holderOf(listener: Listener): string | undefined;
}

const blockBytes = 64 * 1024;
/** proc_net(5): state LISTEN. */
const listening = '0A';

export class HostListeners implements ListenView {
  listeners(): Listener[] {
    return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => parseListeners(beginningOf(file)));
  }

  socketsOf(pids: readonly number[]): Set<string> {
    return new Set(pids.flatMap(socketsOfProcess));
  }

  holderOf({ inode }: Listener): string | undefined {
    const pid = processIds().find((one) => socketsOfProcess(one).includes(inode));
    return pid === undefined ? undefined : `${nameOf(pid)} (process ${pid})`;
  }
}

/** Of the text of /proc/net/tcp or tcp6. */
export function parseListeners(text: string): Listener[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    if (state !== listening) return [];
    return [{ address: addressOf(address), port: Number.parseInt(port, 16), inode }];
  });
}

/** Words of four bytes, each in the order of this machine (little-endian on all that Node runs pods on). */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).toReversed());
  const inner = bytes.slice(0, -4).join('');
  const isVersion4 =
    bytes.length === 4 || inner === `${'00'.repeat(10)}ffff` || inner === `${'00'.repeat(10)}FFFF`;
  if (isVersion4)
    return bytes
      .slice(-4)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    Number.parseInt(bytes.slice(2 * at, 2 * at + 2).join(''), 16),
  );
  const text = groups.map((group) => group.toString(16)).join(':');
  return text.replace(/(^|:)0(:0)+(:|$)/, '::');
}

/** Listeners come first: the thousands of connections behind them need not be read. */
function beginningOf(file: string): string {
  try {
    const fd = openSync(file, 'r');
    try {
      return readWhileListening(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}

function readWhileListening(fd: number): string {
  const block = Buffer.alloc(blockBytes);
  let text = '';
  for (;;) {
    const length = readSync(fd, block, 0, blockBytes, null);
    text += block.toString('latin1', 0, length);
    const lastWhole = text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1) ?? '';
    const isBehind = lastWhole.trim().split(/\s+/)[3] !== listening && !lastWhole.includes('local_address');
    if (length === 0 || isBehind) return text;
  }
}

function socketsOfProcess(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap(
      (fd) => /^socket:\[(\d+)\]$/.exec(linkOf(`${folder}/${fd}`))?.[1] ?? [],
    );
  } catch {
    return [];
  }
}

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** As it was called: what the kernel has is the name of a thread. */
function nameOf(pid: number): string {
  try {
    const [called = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return path.basename(called) || 'a program';
  } catch {
    return 'a program';
  }
}

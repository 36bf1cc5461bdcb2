// Keeps a set of Linux namespaces alive: a process that sits in them and does nothing. They have no names outside; when it goes, however it
// goes, they go, and with a PID namespace everything that runs in it. Needs util-linux (unshare, nsenter, setpriv) and nothing else.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { killIfThere } from '../kill-if-there.ts';
import { childrenOf } from '../process-children.ts';
import { ownUsersWords } from './subordinate-ids.ts';
import { wakeWaiters } from './waiters.ts';

export interface HoldOptions {
  /** Whose namespaces these are to lie within. */
  readonly within?: NamespaceHolder;
  /** A user namespace in which this user is root: what everything else needs where this process is not root. */
  readonly user?: boolean;
  /** In it there are other users too, where this one has subordinate IDs. */
  readonly manyUsers?: boolean;
  readonly net?: boolean;
  /** Its own PIDs: everything that is started in it dies with the holder. */
  readonly pid?: boolean;
  /** What the kernel says when it is asked inside. Default: as outside. */
  readonly hostname?: string;
  /** A shell script that runs inside before they are given to anybody; its first failing command is the end. */
  readonly setUp?: string;
}

export interface NamespaceHolder {
  /** Of the process that sits inside, as this process's PID namespace counts. */
  readonly pid: number;
  /** What stands before a program's own words so that it runs inside, in the folder `/`: an argv that begins with a program. */
  readonly enter: readonly string[];
  /** Which of its namespaces are not this process's own, besides mount, UTS and IPC, which never are. */
  readonly kinds: { readonly user: boolean; readonly net: boolean; readonly pid: boolean };
  /** Resolves when it is gone, with all that a PID namespace held. */
  readonly ended: Promise<void>;
  /** Kills it, and with it all that a PID namespace holds, before it returns; `ended` tells when they have gone. Idempotent. */
  kill(): void;
}

const quiet = `trap '' HUP INT TERM QUIT; echo ready; exec >/dev/null 2>&1`;
/** dash and bash both reap whoever is left to them while they wait, which is all that a PID 1 has to do. */
const reaping = `${quiet}; while :; do sleep 2147483 & wait; done`;
const sitting = `${quiet}; exec sleep infinity`;

/**
 * Resolves when `setUp` is through. Rejects with an Error in one line: what the system or the script said. Nothing of it outlives this
 * process.
 */
export async function holdNamespaces(options: HoldOptions): Promise<NamespaceHolder> {
  const { within, hostname, setUp = '' } = options;
  const [program = '', ...args] = [...(within?.enter ?? []), ...unshareWords(options)];
  // A shell of its own at the end: what it shows of itself is not the whole script.
  const script = `set -e\n${setUp}\n[ -z "$2" ] || hostname -- "$2"\nexec sh -c "$1" holder`;
  const words = ['sh', '-c', script, 'holder', options.pid ? reaping : sitting, hostname ?? ''];
  const child = spawn(program, [...args, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  await sits(child);
  const outer = child.pid ?? 0;
  const pid = options.pid ? (childrenOf(outer)[0] ?? outer) : outer;
  const kinds = {
    user: Boolean(options.user || within?.kinds.user),
    net: Boolean(options.net || within?.kinds.net),
    pid: Boolean(options.pid || within?.kinds.pid),
  };
  return { pid, kinds, enter: enterWords(pid, kinds), ended, kill: () => kill(child, pid) };
}

/** The parent-death signal reaches `unshare`, whose own reaches the PID 1: nothing is left of a supervisor that was killed. */
function unshareWords({ user, manyUsers, net, pid }: HoldOptions): string[] {
  return [
    ...['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--uts', '--ipc'],
    ...(user ? (manyUsers ? ownUsersWords() : ['--user', '--map-root-user']) : []),
    ...(net ? ['--net'] : []),
    ...(pid ? ['--pid', '--fork', '--kill-child', '--mount-proc'] : []),
  ];
}

/**
 * What is put inside does not outlive who put it there, not even when it is frozen. To enter a PID namespace `nsenter` forks and waits: the
 * one that waits ignores what is meant for the program, and the two die together.
 */
function enterWords(pid: number, { user, net, pid: pids }: NamespaceHolder['kinds']): string[] {
  const bound = ['setpriv', '--pdeathsig', 'KILL'];
  const nsenter = [
    ...['nsenter', `--target=${pid}`, '--mount', '--uts', '--ipc'],
    ...(user ? ['--user', '--preserve-credentials'] : []),
    ...(net ? ['--net'] : []),
  ];
  if (!pids) return [...nsenter, ...bound];
  const waiting = [...bound, 'sh', '-c', `trap '' HUP INT TERM; exec "$@"`, 'enter'];
  return [...waiting, ...nsenter, '--pid', ...bound];
}

/** Not `unshare`, which would be gone before the others are: it ends when all that the PID namespace held has ended. */
function kill(child: ChildProcess, pid: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // Whoever waits for its end is to live to see it.
  child.ref();
  // Of one that was killed before it may not be known yet that it is gone.
  killIfThere(pid);
  // The kernel keeps the first process of a PID namespace until all others have been waited for, which one that is stopped would not do.
  wakeWaiters(pid);
}

/** Its errors go unread from then on; nor does it keep this process alive. */
async function sits(child: ChildProcess): Promise<void> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('a holder has pipes');
  const said = text(stderr).catch(() => '');
  try {
    await Promise.race([once(stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('')))]);
  } catch (cause) {
    const words = (cause as Error).message || (await said);
    throw new Error(`namespaces cannot be made: ${words.trim().replace(/\s*\n\s*/g, '; ')}`, { cause });
  }
  stdout.destroy();
  child.unref();
}

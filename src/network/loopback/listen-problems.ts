// What is wrong with where a pod's programs listen, on a network that they share with everybody. Pure.

import type { Listener } from './listeners.ts';

export interface ListenProblem {
  /** `everywhere`: on all addresses. `elsewhere`: where nobody looks for the pod. `taken`: somebody else answers at the pod's address. */
  kind: 'everywhere' | 'elsewhere' | 'taken';
  listener: Listener;
}

export interface ListenFinding {
  problems: ListenProblem[];
  /** Declared ports that nobody listens on yet. */
  silent: number[];
}

const everywhere: readonly string[] = ['0.0.0.0', '::'];

/** `ports` are the declared ones, `own` the sockets of the pod's processes. */
export function findListenProblems(
  podIp: string,
  ports: readonly number[],
  listeners: readonly Listener[],
  own: ReadonlySet<string>,
): ListenFinding {
  const isDeclared = ({ port }: Listener) => ports.includes(port);
  const mine = listeners.filter(({ inode }) => own.has(inode));
  const others = listeners.filter(({ inode }) => !own.has(inode));
  const reaches = ({ address }: Listener) => address === podIp;
  const isWide = ({ address }: Listener) => everywhere.includes(address);
  const wide = mine.filter(isWide).map((listener) => ({ kind: 'everywhere' as const, listener }));
  const right = new Set(mine.filter(reaches).map(({ port }) => port));
  const covered = new Set([...right, ...wide.map(({ listener }) => listener.port)]);
  // What a program listens on for itself alone is its own business, unless it was meant for others.
  const elsewhere = mine
    .filter((one) => isDeclared(one) && !covered.has(one.port))
    .map((listener) => ({ kind: 'elsewhere' as const, listener }));
  const taken = others
    .filter((one) => isDeclared(one) && !covered.has(one.port) && (reaches(one) || isWide(one)))
    .map((listener) => ({ kind: 'taken' as const, listener }));
  const heard = new Set(mine.map(({ port }) => port));
  return { problems: [...wide, ...elsewhere, ...taken], silent: ports.filter((port) => !heard.has(port)) };
}

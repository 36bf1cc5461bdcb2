// What frontends, backends and servers are called inside of HAProxy, whose names have few characters. Two names of a model never become
// one, and a name stays the same from process to process: states and tables are handed on by it.

import { createHash } from 'node:crypto';
import { hash32 } from '../balance/hash.ts';
import type { Server } from '../model.ts';

/** `default/web:http` is `default__web:http`. */
export function proxyName(name: string): string {
  return name.replace(/[^A-Za-z0-9.:-]/gu, (character) =>
    character === '/' ? '__' : `_${Buffer.from(character).toString('hex')}.`,
  );
}

/** Never that of a backend: a log tells by it what was routed nowhere. */
export function frontendName(name: string): string {
  return `in:${proxyName(name)}`;
}

/** A digest for each of a thousand servers, at every look at them, would be most of the look. */
const serverNames = new WeakMap<Pick<Server, 'id' | 'name'>, string>();

/** Tells the same name with another id apart: a pod that was made anew is another server. */
export function serverName(server: Pick<Server, 'id' | 'name'>): string {
  const known = serverNames.get(server);
  if (known !== undefined) return known;
  const { id, name } = server;
  const made = id === name ? proxyName(name) : `${proxyName(name)}.${digest(id)}`;
  serverNames.set(server, made);
  return made;
}

/** The second entry of a backup, which serves while primaries do. */
export function twinName(server: Pick<Server, 'id' | 'name'>): string {
  return `${serverName(server)}.twin`;
}

/** A number by which a consistent hash places a server: of its id, and of nothing else where `taken` ones of the same backend permit. */
export function serverNumber(id: string, taken: ReadonlySet<number>): number {
  let number = (hash32(id) & 0x3fffffff) + 1;
  while (taken.has(number)) number = (number % 0x3fffffff) + 1;
  return number;
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10);
}

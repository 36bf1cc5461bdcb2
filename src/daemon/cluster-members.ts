// Which nodes a cluster of plain processes has: names, places on the network, and which of them are to stay stopped. Pure.

import { dnsSubdomainProblems } from '../api/names.ts';
import { mostNodes } from '../network/loopback/loopback-plan.ts';
import { nodeNames } from './node-names.ts';

export interface Member {
  readonly name: string;
  /** From 1; its addresses follow from it. */
  readonly index: number;
  /** Stopped on purpose: it stays so until it is started. */
  readonly stopped?: true;
}

/** In the order of their indices. */
export type Members = readonly Member[];

/** What other processes of a cluster are called; a node's process is called as the node. */
const taken = ['control-plane', 'balancer', 'simulated-nodes'];

/** node-1 to node-COUNT. */
export function firstMembers(count: number): Members {
  return nodeNames(count).map((name, position) => ({ name, index: position + 1 }));
}

/** As many as wanted: the last ones go, or new ones take the first free places. */
export function resized(members: Members, count: number): Members {
  let result = members.slice(0, count);
  while (result.length < count) result = [...withMember(result, newMember(result))];
  return result;
}

/** In the first free place; without a name it gets that of the place. Throws when the name or the cluster allows no such node. */
export function newMember(members: Members, name?: string): Member {
  if (members.length >= mostNodes) throw new Error(`there can be ${mostNodes} nodes of plain processes`);
  const named = (wanted: string) => members.some((member) => member.name === wanted);
  if (name !== undefined) {
    const [problem] = taken.includes(name) ? ['a process of the cluster has it'] : dnsSubdomainProblems(name);
    if (problem !== undefined) throw new Error(`"${name}" cannot be a node's name: ${problem}`);
    if (named(name)) throw new Error(`there is a node "${name}" already`);
  }
  const free = Array.from({ length: mostNodes }, (_, position) => position + 1).filter(
    (index) => !members.some((member) => member.index === index),
  );
  const index = name === undefined ? free.find((each) => !named(`node-${each}`)) : free[0];
  if (index === undefined) throw new Error('every free place has its name taken: name the node');
  return { name: name ?? `node-${index}`, index };
}

/** Adds it, or puts it in the place of the one with its name. */
export function withMember(members: Members, member: Member): Members {
  return [...withoutMember(members, member.name), member].sort((a, b) => a.index - b.index);
}

export function withoutMember(members: Members, name: string): Members {
  return members.filter((member) => member.name !== name);
}

/** Whether a value that was read could be one. */
export function areMembers(value: unknown): value is Members {
  if (!Array.isArray(value)) return false;
  const isOne = (each: Partial<Member> | null) =>
    typeof each?.name === 'string' &&
    dnsSubdomainProblems(each.name).length === 0 &&
    Number.isInteger(each.index) &&
    Number(each.index) >= 1 &&
    Number(each.index) <= mostNodes;
  const areDistinct = (key: keyof Member) => new Set(value.map((each) => each[key])).size === value.length;
  return value.every(isOne) && areDistinct('name') && areDistinct('index');
}

// Resolves names in the network of the supervisor for children that live in another one, where no name server is to be reached.

import type { ChildProcess } from 'node:child_process';
import { Resolver } from 'node:dns/promises';
import {
  type OutsideAnswer,
  type OutsideRecord,
  type OutsideType,
  outsideTypes,
} from '../base/outside-names.ts';
import { oneLine } from './supervised-messages.ts';

/** The keys differ from those of other requests over the same channel. */
interface Request {
  readonly lookup: number;
  readonly name: string;
  readonly type: OutsideType;
}

type Reply = { readonly lookup: number } & (OutsideAnswer | { readonly refused: string });

/** Of one child, on their way at a time. */
const mostLookups = 64;
/** All servers of the machine together: whoever asks has given up by then. */
const lookupTimeoutMs = 5_000;
const longestName = 253;

/** The supervisor's side, for one life of a child. `servers`: `address:port`; default: the machine's. */
export function brokerNames(child: ChildProcess, servers?: readonly string[]): void {
  let lookups = 0;
  const serve = async (request: Request) => {
    lookups++;
    const answer = await answerTo(request, lookups <= mostLookups, servers);
    lookups--;
    // The child may be gone.
    if (child.connected) child.send({ lookup: request.lookup, ...answer } satisfies Reply, () => {});
  };
  child.on('message', (message: object) => {
    if ('lookup' in message) void serve(message as Request);
  });
}

async function answerTo(
  { name, type }: Request,
  hasRoom: boolean,
  servers: readonly string[] | undefined,
): Promise<OutsideAnswer | { refused: string }> {
  try {
    if (!hasRoom) throw new Error(`${mostLookups} names are being resolved already`);
    if (typeof name !== 'string' || name.length > longestName || !outsideTypes.includes(type))
      throw new Error('that is no name, or no type of record that can be asked for');
    return { records: await lookUp(name, type, servers) };
  } catch (error) {
    return answerIn(error as NodeJS.ErrnoException) ?? { refused: oneLine(error) };
  }
}

/** The system tells these as errors. */
function answerIn({ code }: NodeJS.ErrnoException): OutsideAnswer | undefined {
  if (code === 'ENODATA') return { records: [] };
  return code === 'ENOTFOUND' || code === 'EBADNAME' ? { missing: true } : undefined;
}

async function lookUp(
  name: string,
  type: OutsideType,
  servers: readonly string[] | undefined,
): Promise<OutsideRecord[]> {
  // A new one each time: the servers of a laptop change with its network, and are only read when a resolver is made.
  const resolver = new Resolver({ timeout: 1_500, tries: 2 });
  if (servers) resolver.setServers(servers);
  const timer = setTimeout(() => resolver.cancel(), lookupTimeoutMs);
  try {
    return await lookUps[type](resolver, name);
  } finally {
    clearTimeout(timer);
  }
}

const lookUps: Record<OutsideType, (resolver: Resolver, name: string) => Promise<OutsideRecord[]>> = {
  A: async (resolver, name) => (await resolver.resolve4(name, { ttl: true })).map(withTtl),
  AAAA: async (resolver, name) => (await resolver.resolve6(name, { ttl: true })).map(withTtl),
  CNAME: async (resolver, name) => (await resolver.resolveCname(name)).map(withoutTtl),
  NS: async (resolver, name) => (await resolver.resolveNs(name)).map(withoutTtl),
  PTR: async (resolver, name) => (await resolver.resolvePtr(name)).map(withoutTtl),
  TXT: async (resolver, name) => (await resolver.resolveTxt(name)).map(withoutTtl),
  MX: async (resolver, name) =>
    (await resolver.resolveMx(name)).map(({ priority, exchange }) => ({
      data: { preference: priority, exchange },
    })),
  SRV: async (resolver, name) =>
    (await resolver.resolveSrv(name)).map(({ priority, weight, port, name: target }) => ({
      data: { priority, weight, port, target },
    })),
};

function withTtl({ address, ttl }: { address: string; ttl: number }): OutsideRecord {
  return { data: address, ttl };
}

function withoutTtl(data: string | string[]): OutsideRecord {
  return { data };
}

const open = new Map<number, PromiseWithResolvers<OutsideAnswer>>();
let lookups = 0;

/**
 * The child's side: asks the name servers of the machine. Rejects when none of them could be asked, with an Error in one line; answers as
 * late as they do, but within a few seconds.
 */
export function resolveInSupervisor(name: string, type: OutsideType): Promise<OutsideAnswer> {
  const lookup = ++lookups;
  if (lookup === 1) process.on('message', take);
  const answer = Promise.withResolvers<OutsideAnswer>();
  open.set(lookup, answer);
  process.send?.({ lookup, name, type } satisfies Request, undefined, undefined, (error) => {
    if (error) answer.reject(error);
  });
  return answer.promise;
}

function take(message: object): void {
  if (!('lookup' in message)) return;
  const { lookup, ...reply } = message as Reply;
  const waiting = open.get(lookup);
  open.delete(lookup);
  if ('refused' in reply) waiting?.reject(new Error(reply.refused));
  else waiting?.resolve(reply);
}

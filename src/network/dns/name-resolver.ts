// Finds the answer to one question: in the server's own names, else outside; aliases are followed from one into the other, since those who
// ask do not follow them themselves.

import type { Answer } from 'dns-packet';
import { isIPv4, isIPv6 } from '../../api/ip-address.ts';
import type { Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { type OutsideType, outsideTypes, type ResolveOutside } from '../../base/outside-names.ts';
import type { LocalNames, NameRecords } from './model.ts';
import { canonicalName } from './names.ts';
import { OutsideCache } from './outside-cache.ts';
import { outsideRecord } from './outside-record.ts';
import { type Query, rcodes } from './query.ts';
import type { Outcome } from './response.ts';

export interface NameResolverOptions {
  names: LocalNames;
  resolveOutside: ResolveOutside;
  clock: Clock;
  /** The addresses of a name come in another order each time. */
  random: Random;
}

/** Of what is known here, in seconds: it changes at any moment. */
const localTtl = 5;
const mostAliases = 8;
const failed: Outcome = { rcode: rcodes.serverFailure };

type Question = Query['question'];

export class NameResolver {
  readonly #options: NameResolverOptions;
  readonly #outside: OutsideCache;

  constructor(options: NameResolverOptions) {
    this.#options = options;
    this.#outside = new OutsideCache({ clock: options.clock, resolve: options.resolveOutside });
  }

  /** What cannot be found out is a failure of the server (SERVFAIL). */
  async resolve(question: Question): Promise<Outcome> {
    if (question.class !== 'IN') return { rcode: rcodes.refused };
    const aliases: Answer[] = [];
    let current = question;
    while (aliases.length <= mostAliases) {
      const found = await this.#find(current);
      if ('rcode' in found) return { ...found, answers: [...aliases, ...(found.answers ?? [])] };
      aliases.push({ name: current.name, type: 'CNAME', ttl: localTtl, data: found.alias });
      if (question.type === 'CNAME') return { rcode: rcodes.ok, authoritative: true, answers: aliases };
      current = { ...question, name: found.alias };
    }
    return failed;
  }

  async #find(question: Question): Promise<Outcome | { alias: string }> {
    const name = canonicalName(question.name);
    const zone = this.#options.names.zoneOf(name);
    if (zone === undefined) return this.#findOutside(question, name);
    const records = this.#options.names.find(name);
    if (records === 'unknown') return failed;
    if (records?.alias !== undefined) return { alias: records.alias };
    const answers = records ? this.#answersOf(question, records) : [];
    if (question.type === 'SOA' && name === zone) answers.push(this.#authority(zone));
    return {
      rcode: records ? rcodes.ok : rcodes.noSuchName,
      authoritative: true,
      answers,
      // Says for how long it may be believed that there is nothing (RFC 2308).
      authorities: answers.length === 0 ? [this.#authority(zone)] : [],
      additionals: question.type === 'SRV' ? targetsOf(records) : [],
    };
  }

  #answersOf({ name, type }: Question, records: NameRecords): Answer[] {
    const { addresses = [], services = [], texts = [], pointers = [] } = records;
    const common = { name, ttl: localTtl };
    switch (type) {
      case 'A':
        return this.#shuffled(addresses.filter(isIPv4)).map((data) => ({ ...common, type, data }));
      case 'AAAA':
        return this.#shuffled(addresses.filter(isIPv6)).map((data) => ({ ...common, type, data }));
      case 'PTR':
        return pointers.map((data) => ({ ...common, type, data }));
      case 'TXT':
        return texts.map((text) => ({ ...common, type, data: text }));
      case 'SRV':
        return services.map(({ target, port }) => ({
          ...{ ...common, type },
          data: { priority: 0, weight: 100, port, target },
        }));
      default:
        return [];
    }
  }

  async #findOutside({ name, type }: Question, canonical: string): Promise<Outcome> {
    // Nobody outside is asked for the root, or for whatever newer types there are.
    if (!isOutsideType(type) || canonical === '') return { rcode: rcodes.notImplemented };
    try {
      const { answer, ttl } = await this.#outside.find(canonical, type);
      if ('missing' in answer) return { rcode: rcodes.noSuchName };
      const answers = answer.records.flatMap(({ data }) => outsideRecord(name, type, ttl, data) ?? []);
      return { rcode: rcodes.ok, answers };
    } catch {
      return failed;
    }
  }

  #authority(zone: string): Answer {
    return {
      ...{ name: zone, type: 'SOA', ttl: localTtl },
      data: {
        mname: `ns.dns.${zone}`,
        rname: `hostmaster.${zone}`,
        serial: Math.floor(this.#options.clock.now() / 1_000),
        ...{ refresh: 7_200, retry: 1_800, expire: 86_400, minimum: localTtl },
      },
    };
  }

  /** Fisher and Yates. */
  #shuffled(addresses: string[]): string[] {
    for (let last = addresses.length - 1; last > 0; last--) {
      const other = Math.floor(this.#options.random() * (last + 1));
      [addresses[last], addresses[other]] = [addresses[other] ?? '', addresses[last] ?? ''];
    }
    return addresses;
  }
}

function isOutsideType(type: string): type is OutsideType {
  return (outsideTypes as readonly string[]).includes(type);
}

/** Each target once. */
function targetsOf(records: NameRecords | undefined): Answer[] {
  const targets = new Map(records?.services?.map(({ target, addresses }) => [target, addresses]));
  return [...targets].flatMap(([name, addresses]) =>
    addresses.map((data): Answer => ({ name, type: isIPv4(data) ? 'A' : 'AAAA', ttl: localTtl, data })),
  );
}

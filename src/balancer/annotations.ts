// The annotations that people write for the balancer, and how they are read. Pure.

import { isCidr, isIPv4, isIPv6 } from '../api/ip-address.ts';
import { sizeBytes } from '../api/measures.ts';
import type { KubeObject } from '../api/object.ts';
import { stateAnnotation, weightAnnotation } from '../api/relevo/server-annotations.ts';
import type { HeaderRule, ServerState } from '../lb/model.ts';
import type { Note } from './note.ts';

const prefix = 'relevo.dev/';

export const annotation = {
  /** On pods and nodes, and on EndpointSlices without pods: 0 to 256. */
  weight: weightAnnotation,
  /** On pods and nodes: ready, drain or maint. */
  state: stateAnnotation,
  /** On Ingresses: `self-signed`. */
  tls: `${prefix}tls`,
  /** On Ingresses: `true` or `false`. */
  sslRedirect: `${prefix}ssl-redirect`,
  /** On Ingresses: what the matched part of the path becomes. */
  rewritePath: `${prefix}rewrite-path`,
  /** On Ingresses: a line for each header, `Name: value`, `+Name: value` or `-Name`. */
  requestHeaders: `${prefix}request-headers`,
  responseHeaders: `${prefix}response-headers`,
  /** On Ingresses and Services: a quantity of bytes. */
  bodyLimit: `${prefix}body-limit`,
  /** On Ingresses and Services: CIDRs or addresses with commas between them. */
  trustedProxies: `${prefix}trusted-proxies`,
  /** On Services: CIDRs or addresses with commas between them. */
  proxyProtocolFrom: `${prefix}proxy-protocol-from`,
} as const;

type Name = (typeof annotation)[keyof typeof annotation];

/** Reads the annotations of one object, and notes those that make no sense: they count as not written. */
export class AnnotationReader {
  readonly #object: KubeObject;
  readonly #notes: Note[];

  constructor(object: KubeObject, notes: Note[]) {
    this.#object = object;
    this.#notes = notes;
  }

  text(name: Name): string | undefined {
    return this.#object.metadata.annotations?.[name]?.trim() || undefined;
  }

  flag(name: Name): boolean | undefined {
    const text = this.text(name);
    if (text === 'true' || text === 'false') return text === 'true';
    return text === undefined ? undefined : this.#refuse(name, text, 'true or false');
  }

  /** Default 1. */
  weight(): number {
    const text = this.text(annotation.weight);
    if (text === undefined) return 1;
    const weight = /^\d{1,3}$/.test(text) ? Number(text) : -1;
    if (weight >= 0 && weight <= 256) return weight;
    return this.#refuse(annotation.weight, text, 'a whole number from 0 to 256') ?? 1;
  }

  /** Default ready. */
  state(): Exclude<ServerState, 'departing'> {
    const text = this.text(annotation.state) ?? 'ready';
    if (text === 'ready' || text === 'drain' || text === 'maint') return text;
    return this.#refuse(annotation.state, text, 'ready, drain or maint') ?? 'ready';
  }

  bytes(name: Name): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return sizeBytes(text) ?? this.#refuse(name, text, 'a number of bytes, such as 10Mi');
  }

  /** As CIDRs; those that are none are left out. */
  ranges(name: Name): string[] {
    const parts = (this.text(name) ?? '').split(/[\s,]+/).filter((part) => part !== '');
    return parts.flatMap((part) => cidrOf(part) ?? this.#refuse(name, part, 'an address or a CIDR') ?? []);
  }

  headers(name: Name): HeaderRule[] {
    const lines = (this.text(name) ?? '').split('\n').map((line) => line.trim());
    const wanted = 'lines such as "Name: value", "+Name: value" or "-Name"';
    return lines
      .filter((line) => line !== '')
      .flatMap((line) => headerRule(line) ?? this.#refuse(name, line, wanted) ?? []);
  }

  #refuse(name: Name, text: string, wanted: string): undefined {
    const message = `the annotation ${name} must be ${wanted}, not ${JSON.stringify(text)}`;
    this.#notes.push({ about: this.#object, reason: 'InvalidAnnotation', message });
  }
}

function cidrOf(text: string): string | undefined {
  if (isCidr(text)) return text;
  if (isIPv4(text)) return `${text}/32`;
  return isIPv6(text) ? `${text}/128` : undefined;
}

/** Field names are tokens, values visible text (RFC 9110, 5.1 and 5.5). */
const headerLine =
  /^(?<action>[+-]?)(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)(?::[ \t]*(?<value>[\t\x20-\x7e\x80-\xff]*))?$/;

function headerRule(line: string): HeaderRule | undefined {
  const { action, name = '', value } = headerLine.exec(line)?.groups ?? {};
  if (action === '-') return value === undefined ? { action: 'remove', name } : undefined;
  if (action === undefined || value === undefined) return undefined;
  return { action: action === '+' ? 'add' : 'set', name, value };
}

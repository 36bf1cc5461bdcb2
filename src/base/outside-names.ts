// What can be asked of a resolver that knows the names outside a cluster, and what it answers. Plain JSON: it may live in another process.

/** The types of records that can be asked for. */
export const outsideTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SRV', 'TXT'] as const;
export type OutsideType = (typeof outsideTypes)[number];

export interface OutsideRecord {
  /** Seconds; undefined where the resolver does not tell. */
  readonly ttl?: number;
  readonly data: OutsideData;
}

/** An address or a name; MX; SRV; the pieces of a TXT. */
export type OutsideData =
  | string
  | { readonly preference: number; readonly exchange: string }
  | { readonly priority: number; readonly weight: number; readonly port: number; readonly target: string }
  | readonly string[];

/** Without records: the name exists, but has none of that type. `missing`: there is no such name. */
export type OutsideAnswer = { readonly records: readonly OutsideRecord[] } | { readonly missing: true };

/** `name` has no final dot. Rejects when nobody could be asked. */
export type ResolveOutside = (name: string, type: OutsideType) => Promise<OutsideAnswer>;

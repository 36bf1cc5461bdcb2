// What a name server is told of the names that are its own. Plain data that knows nothing of Kubernetes.

/** What a name has. With nothing in it the name exists all the same, above others or for records of other types. */
export interface NameRecords {
  /** IPv4 and IPv6. */
  readonly addresses?: readonly string[];
  readonly services?: readonly ServiceRecord[];
  readonly texts?: readonly string[];
  /** Names, of an address. */
  readonly pointers?: readonly string[];
  /** It is another name for this one, and has nothing else. */
  readonly alias?: string;
}

export interface ServiceRecord {
  readonly target: string;
  readonly port: number;
  /** Of the target; told along, so that nobody has to ask for them. */
  readonly addresses: readonly string[];
}

/**
 * Asked anew for every question, and answering from one moment: what changes is there for the next question. All names are in lower case
 * and without a final dot.
 */
export interface LocalNames {
  /** The zone that a name is in; undefined: it is somebody else's. */
  zoneOf(name: string): string | undefined;
  /** `name` is in one of its zones. Undefined: there is no such name. `unknown`: that cannot be told yet. */
  find(name: string): NameRecords | 'unknown' | undefined;
}

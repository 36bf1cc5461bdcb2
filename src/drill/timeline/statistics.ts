// The balancer's statistics as a drill reads them from their JSON: no more of them than it needs.

/** In which bin requests ended. */
export const binNames = ['ok', 'clientError', 'serverError', 'shed', 'sorry', 'aborted'] as const;
export type BinName = (typeof binNames)[number];
export type Bins = Readonly<Record<BinName, number>>;

export interface Statistics {
  /** One life of the process that moves traffic: counts begin at 0 with each. */
  readonly epoch: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly startedAt: number;
  readonly pid: number;
  readonly backends: readonly BackendStatistics[];
  /** Requests that were in flight when earlier epochs died. */
  readonly unknown: number;
}

export interface BackendStatistics {
  /** `default/web:http`. */
  readonly name: string;
  readonly inFlight: number;
  readonly queued: number;
  readonly requests: number;
  readonly bins: Bins;
  readonly backupsActive: number;
  readonly backupsWanted: number;
  readonly sorry: boolean;
  readonly servers: readonly ServerStatistics[];
}

export interface ServerStatistics {
  /** Of a pod: its UID. */
  readonly id: string;
  readonly name: string;
  readonly node?: string;
  readonly role: 'primary' | 'backup';
  readonly state: 'ready' | 'drain' | 'maint' | 'departing';
  readonly health: 'up' | 'down' | 'unchecked';
  readonly ejected: boolean;
  /** New requests may go to it now. */
  readonly active: boolean;
  readonly requests: number;
  /** Wall clock: when health or ejection last changed. HAProxy counts it in whole seconds. */
  readonly changedAt: number;
}

export const noBins: Bins = { ok: 0, clientError: 0, serverError: 0, shed: 0, sorry: 0, aborted: 0 };

export function addBins(a: Bins, b: Bins): Bins {
  return binsBy((name) => a[name] + b[name]);
}

export function subtractBins(a: Bins, b: Bins): Bins {
  return binsBy((name) => a[name] - b[name]);
}

function binsBy(of: (name: BinName) => number): Bins {
  return Object.fromEntries(binNames.map((name) => [name, of(name)])) as Record<BinName, number>;
}

/** Whether a backend is one of the Service's: `default/web:http`, or `default/web:443@ingress`. */
export function isBackendOf(
  backend: string,
  { namespace, name }: { namespace: string; name: string },
): boolean {
  return backend.startsWith(`${namespace}/${name}:`);
}

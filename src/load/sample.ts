// One measured request, or one transaction, when it is over.

export interface Sample {
  readonly label: string;
  /** machineTime() when sending began: the connection, where one had to be made, included. */
  readonly startedAt: number;
  /** machineTime() when it was due; only where there is a schedule (an arrival rate, a throughput timer). */
  readonly dueAt?: number;
  /** Naive, as JMeter's `elapsed`: from startedAt to the last byte of the answer. Its redirects are part of it. */
  readonly elapsedMs: number;
  /** From startedAt to the first byte of the answer; 0 without one. */
  readonly latencyMs: number;
  /** 0 on a kept connection. */
  readonly connectMs: number;
  /** Of transactions: waiting in between. */
  readonly idleMs: number;
  readonly success: boolean;
  /** The status, or `Non HTTP response code: NAME` as JMeter says it. */
  readonly code: string;
  readonly message: string;
  /** What the first assertion that failed says. */
  readonly failure?: string;
  /** Of the answer with its head, as it came over the wire. */
  readonly bytes: number;
  readonly sentBytes: number;
  /** JMeter's thread name: `GROUP G-N`, both from 1. */
  readonly user: string;
  readonly group: string;
  readonly url: string;
  readonly dataType: 'text' | 'bin' | '';
  /** Sent as X-Relevo-Load-Id: RUN-WORKER-NUMBER. Undefined for transactions. */
  readonly loadId?: string;
  /** It was sent once more, on a new connection: the kept one had been closed without a byte. */
  readonly isRepeated?: boolean;
  /** Nothing was sent for it: a Debug Sampler's, or a request that could not be put together. */
  readonly isUnsent?: boolean;
  /** It was under way when the run was stopped at once. */
  readonly isCut?: boolean;
  /** X-Relevo-Outcome of an answer that the balancer gave itself: sorry or shed. */
  readonly outcome?: string;
  /** A transaction controller's own; what is in it is not counted twice. */
  readonly isTransaction?: boolean;
  /** Of a transaction that comes instead of the samples in it: those samples, which are not recorded on their own. */
  readonly parts?: readonly Sample[];
  /** Users at its end: of its group, of all. */
  readonly groupUsers: number;
  readonly allUsers: number;
  /** Request and answer, where the results tree wants them. Secrets are taken out. */
  readonly detail?: SampleDetail;
}

export interface SampleDetail {
  readonly request: string;
  readonly response: string;
  readonly isCut: boolean;
  readonly assertions: readonly { readonly name: string; readonly failure?: string }[];
  /** Redirects. */
  readonly below: readonly Sample[];
}

/** Corrected for coordinated omission: from when it was due. Undefined where nothing said when that was. */
export function correctedMs({ dueAt, startedAt, elapsedMs }: Sample): number | undefined {
  return dueAt === undefined ? undefined : Math.max(elapsedMs, startedAt + elapsedMs - dueAt);
}

/** The header that carries Sample.loadId. */
export const loadIdHeader = 'X-Relevo-Load-Id';

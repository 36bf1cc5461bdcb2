// Who came, who went: the generator's samples joined with the balancers' records, and every failed request with its cause (DRILLS.md).

import { type Told, told } from '../told.ts';

/** As the generator saw a request, and as the balancer did. */
export const sampleOutcomes = ['ok', 'failed', 'shed', 'sorry', 'inFlight'] as const;
export type SampleOutcome = (typeof sampleOutcomes)[number];
export const recordOutcomes = [
  'ok',
  'clientError',
  'serverError',
  'shed',
  'sorry',
  'aborted',
  'none',
] as const;
export type RecordOutcome = (typeof recordOutcomes)[number];

/** Where the two sides cannot be compared. */
export const noRecords = told('there are no records of the balancer', 'no hay anotaciones del balanceador');

export interface Accounting {
  readonly sent: number;
  readonly bySample: Readonly<Record<SampleOutcome, number>>;
  /** sent − the sum of them: 0, or the measurement is broken. */
  readonly remainder: number;
  /** Undefined where no balancer's records can be had; `why` says so then. */
  readonly matrix?: readonly Cell[];
  readonly why?: Told;
  /** The balancer's own bins over the time of the drill, less what others sent; undefined as above. */
  readonly bins?: Readonly<Record<string, number>>;
  /** Bins and records differ by so many: 0. */
  readonly binsRemainder?: number;
  readonly unexplained: number;
  readonly causes: readonly Cause[];
  readonly unattributed: number;
}

export interface Cell {
  readonly sample: SampleOutcome;
  readonly record: RecordOutcome;
  readonly count: number;
  /** Of cells off the diagonal; `unexplained` where there is no name for it. */
  readonly name?:
    | 'never accepted'
    | 'client gave up'
    | 'engine epoch lost'
    | 'answer refused by a check'
    | 'answer accepted by a check'
    | 'unexplained';
}

export interface Cause {
  /** What it is attributed to: the fault's name and victim, or a state. Undefined: unattributed. */
  readonly cause?: Told;
  /** Index of Scenario.faults. */
  readonly step?: number;
  /** What clients saw: the code or message. */
  readonly seen: Told;
  readonly count: number;
  /** Load ids of the first ones. */
  readonly examples: readonly string[];
}

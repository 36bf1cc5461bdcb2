// Every request that did not end well, with its cause: only where its record names the victim of a fault, or a state that the fault caused.
// That something happened at the same time is no cause (DRILLS.md, "Who came, who went"). Pure.

import type { EpochBins } from '../timeline/bin-ledger.ts';
import { asIs, headed, type Told, told } from '../told.ts';
import type { TargetPod } from '../world/world.ts';
import type { Cause } from './accounting.ts';
import { cellName, recordOutcomeOf } from './cell-name.ts';
import { epochLosses, waitedForEngine } from './epoch-losses.ts';
import { metState } from './met-state.ts';
import { RecordStore } from './record-store.ts';
import type { SampleStore } from './sample-store.ts';
import { type AttributedFault, VictimNames } from './victim-names.ts';

export interface AttributeOptions {
  readonly samples: SampleStore;
  /** Undefined: there are none, and little can be attributed. */
  readonly records?: RecordStore;
  readonly faults: readonly AttributedFault[];
  /** All that were seen during the drill. */
  readonly pods: Iterable<Pick<TargetPod, 'name' | 'node'>>;
  readonly epochs?: readonly EpochBins[];
}

export interface Attribution {
  /** The most frequent first; those without a cause before all others. */
  readonly causes: readonly Cause[];
  readonly unattributed: number;
  /** The fault that a sample is attributed to: an index of `faults`; -1 for none, and for what ended well. */
  faultOf(index: number): number;
}

interface Found {
  /** Of `faults`. */
  readonly fault: number;
  readonly cause: Told;
}

const fewExamples = 5;

export function attribute(options: AttributeOptions): Attribution {
  const { samples } = options;
  const finder = new CauseFinder(options);
  const groups = new Map<string, { cause?: Found; seen: Told; count: number; examples: string[] }>();
  const faults = new Map<number, number>();
  let unattributed = 0;
  for (let index = 0; index < samples.size; index++) {
    if (!isBad(samples, index)) continue;
    const cause = finder.causeOf(index);
    if (cause) faults.set(index, cause.fault);
    else unattributed++;
    const seen = seenOf(samples, index);
    const key = `${cause?.fault}|${cause?.cause.en}|${seen.en}`;
    const group = groups.get(key) ?? { ...(cause ? { cause } : {}), seen, count: 0, examples: [] };
    groups.set(key, group);
    group.count++;
    const loadId = samples.loadId(index);
    if (group.examples.length < fewExamples && loadId !== undefined) group.examples.push(loadId);
  }
  const causes = [...groups.values()].map(({ cause, ...rest }): Cause => {
    if (!cause) return rest;
    return { ...rest, cause: cause.cause, step: options.faults[cause.fault]?.step ?? cause.fault };
  });
  const weight = ({ cause, count }: Cause) => (cause === undefined ? Number.MAX_SAFE_INTEGER : count);
  causes.sort((a, b) => weight(b) - weight(a) || b.count - a.count);
  return { causes, unattributed, faultOf: (index) => faults.get(index) ?? -1 };
}

function isBad(samples: SampleStore, index: number): boolean {
  const outcome = samples.outcome(index);
  return outcome !== 'ok' && outcome !== 'inFlight';
}

/** What the client saw, so that the same failures come together. */
function seenOf(samples: SampleStore, index: number): Told {
  const { outcome, code, message, failure } = samples.at(index);
  if (outcome === 'sorry') return sorryPage;
  if (outcome === 'shed') return headed(sorryPage, queueFull);
  if (samples.isRefused(index)) return asIs(failure ?? `${code} ${message}`);
  if (/^\d/.test(code)) return asIs(`${code} ${message}`.trim());
  return asIs(message.replace(/^Non HTTP response message: /, '') || code);
}

const sorryPage = told('sorry page', 'página de disculpa');
const queueFull = told('the queue was full', 'la cola estaba llena');
const noneUsable = told('no server was usable', 'no se podía usar ningún servidor');
const inWords = { 'none-usable': noneUsable, 'queue-full': queueFull } as const;
/** What only the balancer can have done. */
const losses = {
  'never accepted': told('the balancer (never accepted)', 'el balanceador (nunca aceptada)'),
  'engine epoch lost': told(
    'the balancer (engine epoch lost)',
    'el balanceador (perdida con un motor eliminado)',
  ),
};
const noEngine = told(
  'the balancer (no engine took the request)',
  'el balanceador (ningún motor tomó la petición)',
);

class CauseFinder {
  readonly #options: AttributeOptions;
  readonly #victims: readonly VictimNames[];
  readonly #records: RecordStore;
  readonly #losses;

  constructor(options: AttributeOptions) {
    const { faults, pods, records, samples, epochs = [] } = options;
    const all = [...pods];
    this.#options = options;
    this.#victims = faults.map(({ victims }) => new VictimNames(victims, all));
    this.#records = records ?? new RecordStore(samples.runId);
    this.#losses = epochLosses(epochs);
  }

  /** The latest fault whose name or state it has. */
  causeOf(index: number): Found | undefined {
    const { faults, samples } = this.#options;
    const endedAt = samples.endedAt(index);
    for (let fault = faults.length - 1; fault >= 0; fault--) {
      const one = faults[fault] as AttributedFault;
      if (endedAt < one.injectedAt) continue;
      const named = this.#named(index, fault) ?? this.#state(index, one) ?? this.#ofBalancer(index, one);
      if (named !== undefined) return { fault, cause: headed(one.name, named) };
    }
    return undefined;
  }

  /** The server of its record is a victim, or is on one. */
  #named(index: number, fault: number): Told | undefined {
    const row = this.#rowOf(index);
    return row < 0 ? undefined : this.#victims[fault]?.of(this.#records.server(row));
  }

  /** It met a state that the fault causes by rule, as long as that may last. */
  #state(index: number, { victims, statesUntil }: AttributedFault): Told | undefined {
    const { samples } = this.#options;
    const state = metState({ samples, records: this.#records }, index);
    if (!state || !victims.states.includes(state)) return undefined;
    if (statesUntil && samples.startedAt(index) > statesUntil[state]) return undefined;
    return inWords[state];
  }

  /** Nobody but the balancer can have lost what it never wrote down, or what only its next engine took up. */
  #ofBalancer(index: number, { victims }: AttributedFault): Told | undefined {
    const { samples, records } = this.#options;
    if (!victims.balancer || !records) return undefined;
    const cells = { samples, records, losses: this.#losses };
    const name = cellName(cells, index, recordOutcomeOf(cells, index));
    if (name === 'client gave up' && this.#waitedForEngine(index)) return noEngine;
    return name === 'never accepted' || name === 'engine epoch lost' ? losses[name] : undefined;
  }

  /** Its record is of an engine that was not there yet when it was sent. */
  #waitedForEngine(index: number): boolean {
    const row = this.#rowOf(index);
    const takenAt = this.#records.endedAt(row) - this.#records.totalMs(row);
    return waitedForEngine(this.#losses, this.#options.samples.startedAt(index), takenAt);
  }

  #rowOf(index: number): number {
    const { samples } = this.#options;
    return this.#records.lastOf(samples.lane(index), samples.number(index));
  }
}

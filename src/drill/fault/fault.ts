// What a fault is: it chooses its victims, takes hold, proves that it did, and can be undone. One small file each; catalogue.ts has them by name.

import type { Schema } from '../../api/schema.ts';
import type { Told } from '../told.ts';
import type { TargetView, World } from '../world/world.ts';
import type { UndoStep } from './undo.ts';

export interface Fault {
  /** As drills write it: `replica-kill`. */
  readonly name: string;
  readonly summary: Told;
  /** Of FaultStep.parameters, with defaults. */
  readonly parameters: Schema;
  /** Whether anything is left to undo while it lasts; else it is over in the moment of its proof. */
  readonly lasts: boolean;
  /** Where it depends on the parameters, instead of `lasts`: see lastsWith() of lasts.ts. */
  readonly lastsIf?: (parameters: Parameters) => boolean;
  /** How long proof() may be asked before it has failed, in milliseconds; undefined: 30 s. */
  readonly proofWithinMs?: number;
  /** Why it cannot be done here, in one line that says what would have to be different; undefined: it can. Asked before anything starts. */
  impossible(world: World, target: TargetView, parameters: Parameters): Promise<Told | undefined>;
  /** Only by what it is given: the same seed and the same target choose the same. Throws when there is nobody to choose. */
  choose(target: TargetView, parameters: Parameters, random: () => number): Victims;
  /**
   * What undoes it, known before it begins: written to the journal first, so that a crash at any moment can be made good. Steps are
   * idempotent and do nothing where nothing was done.
   */
  undo(victims: Victims, parameters: Parameters): readonly UndoStep[];
  /** Resolves when it has been done, not yet proven. Rejects when it could not be done. */
  inject(injection: Injection): Promise<void>;
  /** Looked at until it proves something or its time is over; `evidence` is what a reader may check. */
  proof(injection: Injection): Promise<Proof | undefined>;
}

export type Parameters = Readonly<Record<string, unknown>>;

export interface Injection {
  readonly world: World;
  readonly target: TargetView;
  readonly victims: Victims;
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
  /** For what inject() learned and proof() needs (a PID, a resource version). */
  readonly notes: Map<string, unknown>;
  /** Samples sent to victims and answered since the fault began, by the load of the drill: a victim that still answers is no victim. */
  readonly answersOfVictims: () => number;
}

/** Whom it hits. Servers are named as the balancer names them: by pod UID. */
export interface Victims {
  readonly pods: readonly {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly node: string;
  }[];
  readonly nodes: readonly string[];
  readonly balancer: boolean;
  readonly controlPlane: boolean;
  /** What follows from it by rule: failures of that state are its doing. */
  readonly states: readonly ('none-usable' | 'queue-full')[];
}

export interface Proof {
  /** machineTime() from which on the evidence shows it to have held; that may have become known later. */
  readonly at: number;
  /** Milliseconds by which `at` may be late. */
  readonly uncertaintyMs: number;
  readonly evidence: Told;
}

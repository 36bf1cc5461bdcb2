// One fault of a drill from the choice of its victims to its undo: journalled first, then injected, proven, and taken back.

import { machineTime } from '../../base/machine-time.ts';
import { seededRandom } from '../../base/seeded-random.ts';
import { sleep } from '../../base/sleep.ts';
import type { Fault, Injection, Proof, Victims } from '../fault/fault.ts';
import { lastsWith } from '../fault/lasts.ts';
import type { UndoKeeper } from '../fault/undo/undo-keeper.ts';
import type { FaultStep } from '../scenario/scenario.ts';
import { headed, type Told, told, toldOf } from '../told.ts';
import type { TargetWatch } from '../world/target-watch.ts';
import type { World } from '../world/world.ts';

export interface FaultRunOptions {
  /** Index of Scenario.faults. */
  readonly index: number;
  readonly step: FaultStep;
  readonly fault: Fault;
  readonly seed: number;
  readonly world: World;
  readonly watch: TargetWatch;
  readonly keeper: UndoKeeper;
  /** What the keeper knows it by. */
  readonly key: string;
  /** Answers of these servers (pods' UIDs) since machineTime(). */
  readonly answersOf: (uids: readonly string[], since: number) => number;
  /** More that belongs to it, begun once it has been injected: the extra load of a surge. Ended by its undo. */
  readonly alongside?: () => Promise<() => Promise<void>>;
}

/** What became of it so far; a moment is machineTime(). */
export interface FaultState {
  victims: Victims;
  injectedAt?: number;
  proof?: Proof;
  undoneAt?: number;
  /** Why it was not injected or not proven, in a whole sentence that names it. */
  problem?: Told;
  remains: readonly Told[];
}

/** Proofs are looked for this often. */
const lookMs = 50;
const defaultProofWithinMs = 30_000;
const nobody: Victims = { pods: [], nodes: [], balancer: false, controlPlane: false, states: [] };

const unseen = told('nothing showed that it took hold', 'nada mostró que tuviera efecto');

function notInjected(name: string): Told {
  return told(`${name} could not be injected`, `no se pudo provocar ${name}`);
}

function notProven(name: string): Told {
  return told(`${name} was not proven`, `no se demostró ${name}`);
}

function endedBefore(name: string): Told {
  return told(`the drill was ended before ${name}`, `el simulacro terminó antes de ${name}`);
}

function endedBeforeProof(name: string): Told {
  return told(
    `the drill was ended before ${name} was proven`,
    `el simulacro terminó antes de que se demostrara ${name}`,
  );
}

export class FaultRun {
  readonly options: FaultRunOptions;
  readonly state: FaultState = { victims: nobody, remains: [] };
  readonly #proven = Promise.withResolvers<void>();
  #injection: Injection | undefined;
  #endAlongside: (() => Promise<void>) | undefined;
  #undoing: Promise<void> | undefined;

  constructor(options: FaultRunOptions) {
    this.options = options;
  }

  /** Resolves once it was proven, or is known never to be: see `state`. */
  get proven(): Promise<void> {
    return this.#proven.promise;
  }

  /** Chooses, journals and injects; afterwards state.injectedAt or state.problem is set. Never rejects. */
  async inject(signal: AbortSignal): Promise<void> {
    try {
      const injection = this.#choose(signal);
      this.#injection = injection;
      const { fault, step, keeper, key } = this.options;
      keeper.pledge(key, fault.undo(injection.victims, step.parameters));
      this.state.injectedAt = machineTime();
      await fault.inject(injection);
      this.#endAlongside = await this.options.alongside?.();
    } catch (error) {
      this.#giveUp(headed(notInjected(this.#name), toldOf(error)));
    }
  }

  #choose(signal: AbortSignal): Injection {
    const { fault, step, seed, index, world, watch, answersOf } = this.options;
    const target = watch.view();
    const victims = fault.choose(target, step.parameters, seededRandom(`${seed}/${index}`));
    this.state.victims = victims;
    const uids = victims.pods.map(({ uid }) => uid);
    return {
      ...{ world, target, victims, parameters: step.parameters, signal, notes: new Map() },
      answersOfVictims: () => answersOf(uids, this.state.injectedAt ?? machineTime()),
    };
  }

  /** Looks until it is proven, the time for that is over, or the signal is aborted. Never rejects. */
  async prove(signal: AbortSignal): Promise<void> {
    const { fault, world } = this.options;
    if (!this.#injection || this.state.problem !== undefined) return;
    const until = machineTime() + (fault.proofWithinMs ?? defaultProofWithinMs);
    let why = unseen;
    while (!signal.aborted && machineTime() < until) {
      try {
        const proof = await fault.proof(this.#injection);
        if (proof) return this.#take(proof);
      } catch (error) {
        why = toldOf(error);
      }
      await sleep(world.clock, lookMs, signal);
    }
    this.#giveUp(signal.aborted ? endedBeforeProof(this.#name) : headed(notProven(this.#name), why));
  }

  /** Something of it is to be taken back: else it is over in the moment of its proof. */
  get lasts(): boolean {
    const { fault, step } = this.options;
    return lastsWith(fault, step.parameters);
  }

  /** It will not be begun any more. */
  skip(): void {
    if (this.state.injectedAt === undefined) this.#giveUp(endedBefore(this.#name));
  }

  get #name(): string {
    return this.options.fault.name;
  }

  #take(proof: Proof): void {
    this.state.proof = proof;
    this.#proven.resolve();
  }

  #giveUp(problem: Told): void {
    this.state.problem ??= problem;
    this.#proven.resolve();
  }

  /** Idempotent; never rejects: what could not be taken back is in state.remains. Does nothing where nothing was begun. */
  undo(): Promise<void> {
    this.#undoing ??= this.#undo();
    return this.#undoing;
  }

  async #undo(): Promise<void> {
    const { keeper, key } = this.options;
    if (!this.#injection || this.state.injectedAt === undefined) return;
    const ended = await this.#endAlongside?.().catch(toldOf);
    const remains = await keeper.undo(key);
    this.state.remains = ended === undefined ? remains : [...remains, ended];
    this.state.undoneAt = machineTime();
  }
}

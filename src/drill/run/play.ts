// Carries a drill's phases out, one after the other, over a scene that is open: steady, calm, faults, recovery. Whatever ends it early, what
// was begun is taken back before it resolves.

import { machineTime } from '../../base/machine-time.ts';
import { sleep } from '../../base/sleep.ts';
import { asIs, headed, type Told, told, toldOf } from '../told.ts';
import type { FaultRun } from './fault-run.ts';
import { carryOutFaults } from './fault-schedule.ts';
import { faultEvent, haltEvent, phaseEvent, recoveredEvent, victimsInWords } from './notes.ts';
import type { ProbeWatch } from './probes/probe-watch.ts';
import type { OnProgress } from './progress.ts';
import { RateTeller } from './rate-teller.ts';
import { toldWithinMs } from './recent-samples.ts';
import { type Before, missingForRecovery, notToBeSeen, readiness, replicasReady } from './recovery.ts';
import { SafetyWatch } from './safety.ts';
import type { Scene } from './scene.ts';
import { steadyOrWhyNot } from './steady-watch.ts';

export interface PlayOptions {
  readonly scene: Scene;
  readonly faults: readonly FaultRun[];
  readonly probes: ProbeWatch;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}

/** machineTime() of phases; undefined: not reached. */
export type Phases = Partial<
  Record<'load' | 'steady' | 'calm' | 'fault' | 'undone' | 'recovered' | 'end', number>
>;

export interface Played {
  readonly phases: Phases;
  /** Why the figures may not be used. */
  readonly invalid: readonly Told[];
  readonly halted?: Told;
  /** Replicas that were ready before the first fault. */
  readonly before: Before;
}

const lookMs = 200;

export class Play {
  readonly #options: PlayOptions;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #phases: Phases = {};
  readonly #invalid: Told[] = [];
  #halted: Told | undefined;
  #before: Before = { primaries: 0, backups: 0 };

  constructor(options: PlayOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  /** Never rejects. */
  async run(): Promise<Played> {
    const { scene, probes, signal, onProgress } = this.#options;
    const { scenario } = scene.options;
    const from = machineTime();
    this.#phases.load = from;
    const rates = new RateTeller(scene, onProgress);
    const safety = new SafetyWatch(scenario.safety, scene.recent, from, (why) => this.#halt(why));
    this.#watchLoad();
    try {
      await this.#acts();
    } catch (error) {
      this.#invalid.push(toldOf(error));
    }
    safety.close();
    rates.close();
    this.#phases.end = machineTime();
    scene.observer.note(phaseEvent('end', this.#phases.end));
    // What is taken back now, nobody is to meet any more.
    scene.load.stop('gracefully');
    await Promise.all([this.#takeBack(), probes.close()]);
    if (signal.aborted) this.#invalid.push(interrupted);
    const halted = this.#halted;
    const played = { phases: this.#phases, invalid: this.#invalid, before: this.#before };
    return halted === undefined ? played : { ...played, halted };
  }

  async #acts(): Promise<void> {
    if (!(await this.#steady()) || !(await this.#calm())) return;
    await this.#faults();
    if (this.#signal.aborted) return;
    await this.#recovery();
    if (!this.#signal.aborted) await this.#options.probes.once('end', this.#signal);
  }

  async #steady(): Promise<boolean> {
    const { scene, onProgress } = this.#options;
    const { steady } = scene.options.scenario;
    scene.observer.note(phaseEvent('steady'));
    const why = await steadyOrWhyNot({
      ...{ steady, samples: scene.recent, from: this.#phases.load ?? 0, clock: scene.options.world.clock },
      ...{ signal: this.#signal, onWait: (waitsFor) => onProgress({ type: 'steady', waitsFor }) },
      // From the application's start; they leave after a while.
      alsoMissing: () => (scene.activeBackups > 0 ? backupsServe : undefined),
    });
    if (this.#signal.aborted) return false;
    if (why !== undefined) this.#invalid.push(why);
    else this.#phases.steady = machineTime();
    return why === undefined;
  }

  /** Part of every drill: what is not well without a fault needs none. */
  async #calm(): Promise<boolean> {
    const { scene, probes, onProgress } = this.#options;
    const { calmMs } = scene.options.scenario;
    this.#phases.calm = machineTime();
    scene.observer.note(phaseEvent('calm', this.#phases.calm));
    onProgress({ type: 'calm', forMs: calmMs });
    probes.begin('continuous');
    await sleep(scene.options.world.clock, calmMs, this.#signal);
    if (this.#signal.aborted) return false;
    const bad = await probes.once('start', this.#signal);
    if (bad !== undefined) this.#invalid.push(headed(brokenBefore, bad));
    const view = scene.view();
    this.#before = readiness(view);
    const wanted = view?.wanted ?? 0;
    if (this.#before.primaries < wanted) {
      this.#invalid.push(headed(brokenBefore, replicasReady(this.#before.primaries, wanted)));
    }
    return bad === undefined && this.#before.primaries >= wanted && !this.#signal.aborted;
  }

  async #faults(): Promise<void> {
    const { scene, faults } = this.#options;
    this.#phases.fault = machineTime();
    scene.observer.note(phaseEvent('fault', this.#phases.fault));
    const { clock } = scene.options.world;
    await carryOutFaults(faults, this.#phases.fault, {
      ...{ clock, signal: this.#signal, onChange: (run, what) => this.#tellFault(run, what) },
    });
  }

  #tellFault(run: FaultRun, what: 'injected' | 'proven' | 'not-proven' | 'undone'): void {
    const { scene, probes, onProgress } = this.#options;
    const { fault } = run.options;
    const { victims, proof, problem = asIs(''), remains, injectedAt = 0 } = run.state;
    if (what !== 'not-proven') scene.observer.note(faultEvent(run, what));
    if (what === 'injected') {
      const named = victimsInWords(victims);
      onProgress({ type: 'fault', name: fault.name, ...(named ? { victims: named } : {}) });
    }
    if (what === 'not-proven') onProgress({ type: 'not-proven', why: problem });
    if (what === 'undone') onProgress({ type: 'undone', name: fault.name, remains });
    if (what !== 'proven' || !proof) return;
    probes.begin('fault');
    const afterMs = proof.at - injectedAt;
    onProgress({ type: 'proven', name: fault.name, evidence: proof.evidence, afterMs });
  }

  async #recovery(): Promise<void> {
    const { scene, faults, probes, onProgress } = this.#options;
    const { recoverMs } = scene.options.scenario;
    const changedAt = lastChange(faults) ?? machineTime();
    if (faults.every(({ lasts, state }) => !lasts || state.undoneAt !== undefined)) {
      this.#phases.undone = changedAt;
      await probes.end('fault');
    }
    const begunAt = machineTime();
    scene.observer.note(phaseEvent('recovery', begunAt));
    for (;;) {
      const missing = this.#missing(changedAt);
      if (missing === undefined || this.#signal.aborted) break;
      if (machineTime() - begunAt > recoverMs) {
        onProgress({ type: 'never-recovered', why: missing });
        return;
      }
      onProgress({ type: 'recovery', waitsFor: missing });
      await sleep(scene.options.world.clock, lookMs, this.#signal);
    }
    if (this.#signal.aborted) return;
    this.#phases.recovered = machineTime();
    scene.observer.note(recoveredEvent(this.#phases.recovered));
    onProgress({ type: 'recovered' });
  }

  #missing(changedAt: number): Told | undefined {
    const { scene } = this.#options;
    const { recent, observer, options } = scene;
    const toldUntil = machineTime() - toldWithinMs;
    const view = scene.view();
    if (!options.scenario.target.service && view === undefined) return notToBeSeen;
    return missingForRecovery(
      { told: toldUntil, changedAt, view, before: this.#before, events: observer.events },
      recent,
    );
  }

  #halt(why: Told): void {
    const { scene, onProgress } = this.#options;
    this.#halted = why;
    scene.observer.note(haltEvent(why));
    onProgress({ type: 'halted', why });
    this.#stop.abort();
  }

  /** A load that is over before the drill is measures nothing. */
  #watchLoad(): void {
    const endWith = (why: Told) => {
      if (this.#phases.end !== undefined || this.#signal.aborted) return;
      this.#invalid.push(why);
      this.#stop.abort();
    };
    this.#options.scene.load.finished.then(
      () => endWith(loadEnded),
      (error: Error) => endWith(headed(loadBroke, toldOf(error))),
    );
  }

  /** Also of what nobody asked for any more: a drill leaves nothing behind. */
  async #takeBack(): Promise<void> {
    const { faults } = this.#options;
    const isUndone = faults.map(({ state }) => state.undoneAt !== undefined);
    for (const run of faults.toReversed()) await run.undo();
    for (const [index, run] of faults.entries()) {
      if (isUndone[index] || run.state.undoneAt === undefined) continue;
      if (run.lasts) this.#tellFault(run, 'undone');
    }
    if (this.#phases.fault !== undefined) this.#phases.undone ??= lastChange(faults) ?? machineTime();
  }
}

const interrupted = told('interrupted', 'interrumpido');
const brokenBefore = told('the target was broken before', 'el objetivo ya estaba mal antes');
const backupsServe = told('backups serve already', 'ya atienden respaldos');
const loadEnded = told('the load ended before the drill did', 'la carga terminó antes que el simulacro');
export const loadBroke = told('the load broke', 'la carga se rompió');

/** machineTime() at which a fault began to hold, or was undone. */
function lastChange(faults: readonly FaultRun[]): number | undefined {
  const moments = faults.flatMap(({ lasts, state }) => [
    state.proof?.at ?? state.injectedAt,
    lasts ? state.undoneAt : undefined,
  ]);
  const known = moments.filter((moment) => moment !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

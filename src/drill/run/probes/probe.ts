// What a probe is once it looks: one look at a time, and a line that says what it saw when that was not good.

import type { Probe } from '../../scenario/scenario.ts';
import { type Told, ToldError } from '../../told.ts';
import type { TargetView, World } from '../../world/world.ts';

/** Undefined: all is as it has to be. Rejects are taken as bad, with the error's words. */
export type Look = (signal: AbortSignal) => Promise<Told | undefined>;

/** It cannot be looked at here at all: neither good nor bad. */
export class Unseen extends ToldError {
  override name = 'Unseen';
}

export interface ProbeTools {
  readonly world: World;
  readonly target: () => TargetView;
  /** How many requests each server, by pod UID, has answered since machineTime(); undefined where nobody writes that down. */
  readonly answersSince: ((since: number) => ReadonlyMap<string, number>) | undefined;
}

export type MakeLook = (probe: Probe, tools: ProbeTools) => Look;

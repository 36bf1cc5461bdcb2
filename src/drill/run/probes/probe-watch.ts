// The probes of a drill: each looks when its time has come, one look after the other, and remembers what the first bad one saw.

import { sleep } from '../../../base/sleep.ts';
import type { Probe } from '../../scenario/scenario.ts';
import { headed, type Told, toldOf } from '../../told.ts';
import type { ProbeOutcome } from '../../verdict/evidence.ts';
import { httpLook } from './http-look.ts';
import { objectLook } from './object-look.ts';
import { type Look, type ProbeTools, Unseen } from './probe.ts';
import { sharesLook } from './shares-look.ts';

type When = Probe['when'];

/** A single look at the start or the end is made again for a moment: the API and the balancer take theirs to tell what is so already. */
const againWithinMs = 5_000;
const againMs = 500;

class OneProbe {
  readonly probe: Probe;
  readonly #look: Look;
  #good = 0;
  #bad = 0;
  #saw: Told | undefined;
  #isUnseen = false;

  constructor(probe: Probe, tools: ProbeTools) {
    this.probe = probe;
    const make = probe.http ? httpLook : probe.object ? objectLook : sharesLook;
    this.#look = make(probe, tools);
  }

  async see(signal: AbortSignal): Promise<Told | undefined> {
    try {
      return await this.#look(signal);
    } catch (error) {
      if (error instanceof Unseen) this.#isUnseen = true;
      return toldOf(error);
    }
  }

  /** A look that the end of the drill cut short says nothing. */
  count(saw: Told | undefined, signal: AbortSignal): void {
    if (saw !== undefined && signal.aborted) return;
    if (this.#isUnseen) this.#saw ??= saw;
    else if (saw === undefined) this.#good++;
    else this.#bad++;
    this.#saw ??= saw;
  }

  outcome(): ProbeOutcome {
    const { name } = this.probe;
    const counts = { good: this.#good, bad: this.#bad };
    const ok = this.#bad === 0 && this.#good > 0;
    return { name, ...counts, ok, ...(this.#saw === undefined ? {} : { saw: this.#saw }) };
  }
}

export class ProbeWatch {
  readonly #probes: readonly OneProbe[];
  readonly #tools: ProbeTools;
  readonly #ends = new Map<When, { readonly controller: AbortController; readonly over: Promise<unknown> }>();

  constructor(probes: readonly Probe[], tools: ProbeTools) {
    this.#probes = probes.map((probe) => new OneProbe(probe, tools));
    this.#tools = tools;
  }

  /** Probes of the start, or of the end. Resolves with what the first bad one saw; undefined: all were good. */
  async once(when: 'start' | 'end', signal: AbortSignal): Promise<Told | undefined> {
    const seen = await Promise.all(
      this.#of(when).map(async (one) => {
        const saw = await this.#seeAgain(one, signal);
        one.count(saw, signal);
        return saw && headed(one.probe.name, saw);
      }),
    );
    return seen.find((saw) => saw !== undefined);
  }

  async #seeAgain(one: OneProbe, signal: AbortSignal): Promise<Told | undefined> {
    const { clock } = this.#tools.world;
    const until = clock.monotonic() + againWithinMs;
    for (;;) {
      const saw = await one.see(signal);
      if (saw === undefined || signal.aborted || clock.monotonic() >= until) return saw;
      await sleep(clock, againMs, signal);
    }
  }

  /** They look again and again until end(). */
  begin(when: 'continuous' | 'fault'): void {
    if (this.#ends.has(when)) return;
    const controller = new AbortController();
    const over = Promise.all(this.#of(when).map((one) => this.#goOn(one, controller.signal)));
    this.#ends.set(when, { controller, over });
  }

  async #goOn(one: OneProbe, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      one.count(await one.see(signal), signal);
      await sleep(this.#tools.world.clock, one.probe.everyMs, signal);
    }
  }

  /** Idempotent, also without begin(). */
  async end(when: 'continuous' | 'fault'): Promise<void> {
    const begun = this.#ends.get(when);
    begun?.controller.abort();
    await begun?.over;
  }

  async close(): Promise<void> {
    await Promise.all([this.end('continuous'), this.end('fault')]);
  }

  outcomes(): ProbeOutcome[] {
    return this.#probes.map((one) => one.outcome());
  }

  #of(when: When): OneProbe[] {
    return this.#probes.filter(({ probe }) => probe.when === when);
  }
}

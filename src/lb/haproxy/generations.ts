// The process that serves, those before it that finish what they have, and what is known of those that are gone.

import { Subscribable } from '../../base/subscribable.ts';
import { Account } from './account.ts';
import type { Changed, Ended } from './event-stream.ts';
import { Generation, type Place, type Wanted } from './generation.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { addSamples, afterDeath, emptySample, requestsInFlight, type Sample, takeSample } from './sample.ts';

export class Generations {
  readonly ended = new Subscribable<Ended>();
  /** Something became of a server in the process that serves. */
  readonly changed = new Subscribable<Changed>();
  /** The process that serves died: how. */
  readonly died = new Subscribable<string>();
  #current: Generation | undefined;
  readonly #retiring = new Set<Generation>();
  #gone: Sample = emptySample;
  #inFlight = 0;
  account = new Account();

  /** Requests in flight when it was last looked at. */
  get inFlight(): number {
    return this.#inFlight;
  }

  get current(): Generation | undefined {
    return this.#current;
  }

  get hasRetiring(): boolean {
    return this.#retiring.size > 0;
  }

  /** Starts a process and sends the one before into retirement. Rejects when the new one does not come up: then nothing has changed. */
  async replace(place: Place, wanted: Wanted): Promise<void> {
    const before = this.#current;
    const fresh = await Generation.start(place, wanted, before);
    this.#current = fresh;
    this.#listen(fresh);
    if (before) await this.#retire(before);
  }

  /** Of all processes, and of those that are gone. Rejects when the one that serves says nothing: none of its counts would be taken for 0. */
  async sample(): Promise<Sample> {
    const current = this.#current;
    const living = await this.#ofEach((generation) => {
      const sample = takeSample(generation.process.api);
      return generation === current ? sample : sample.catch(() => emptySample);
    });
    // What was told before these numbers has come in by now.
    await new Promise((resolve) => setImmediate(resolve));
    return addSamples(living, this.#gone);
  }

  /** Of one backend, by its name in the model: all of it, or these of its entries only. */
  sampleBackend(name: string, entries?: Iterable<string>): Promise<Sample> {
    return this.#ofEach((generation) => generation.sample(name, entries).catch(() => emptySample));
  }

  /** Sends one command to all processes; those that do not know what is meant do nothing. */
  async tellAll(command: string): Promise<void> {
    await this.withAll((api) => api.send(command));
  }

  /** Does something with each process; one that is gone meanwhile does not matter. */
  async withAll(act: (api: RuntimeApi) => Promise<unknown>): Promise<void> {
    const all = [this.#current, ...this.#retiring].filter((one) => one !== undefined);
    await Promise.all(all.map(({ process }) => act(process.api).catch(() => {})));
  }

  /** Notes how many requests are in flight: to be called now and then. */
  async measure(): Promise<void> {
    const all = [this.#current, ...this.#retiring].filter((one) => one !== undefined);
    const counts = await Promise.all(all.map(({ process }) => requestsInFlight(process.api)));
    this.#inFlight = counts.reduce((sum, count) => sum + count, 0);
  }

  /** Lets those go that have finished: to be called now and then. */
  async release(): Promise<void> {
    await Promise.all([...this.#retiring].map((generation) => this.#releaseOne(generation)));
  }

  /** Forgets all counts: a new life begins. */
  forget(): void {
    this.#gone = emptySample;
    this.account = new Account();
  }

  async close(): Promise<void> {
    const all = [this.#current, ...this.#retiring].filter((one) => one !== undefined);
    this.#current = undefined;
    this.#retiring.clear();
    for (const one of all) one.process.softStop();
    await Promise.all(
      all.map(async (one) => {
        await one.process.kill();
        one.remove();
      }),
    );
  }

  #listen(generation: Generation): void {
    const { process } = generation;
    process.events.ended.subscribe((ended) => {
      this.account.note(ended);
      this.ended.emit(ended);
    });
    process.events.changed.subscribe((changed) => {
      if (this.#current === generation) this.changed.emit(changed);
    });
    void process.exited.then((how) => this.#over(generation, how));
  }

  #over(generation: Generation, how: string): void {
    generation.process.letGo();
    generation.remove();
    if (this.#retiring.delete(generation) || this.#current !== generation) return;
    this.#current = undefined;
    this.died.emit(how);
  }

  /** Resolves when it accepts nothing more: from then on the new configuration is in force. */
  async #retire(generation: Generation): Promise<void> {
    const { process } = generation;
    this.#retiring.add(generation);
    process.softStop();
    for (let looks = 0; looks < 500 && this.#retiring.has(generation); looks++) {
      const info = await process.api.send('show info').catch(() => 'Stopping: 1');
      if (/^Stopping: 1$/m.test(info)) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  // Two connections of the runtime API are ours: with nothing else left it has nothing to do any more.
  async #releaseOne(generation: Generation): Promise<void> {
    const { api } = generation.process;
    try {
      const connections = /^CurrConns: (\d+)$/m.exec(await api.send('show info'))?.[1];
      if (connections === undefined || Number(connections) > 2) return;
      const last = await takeSample(api);
      await new Promise((resolve) => setImmediate(resolve));
      if (!this.#retiring.has(generation)) return;
      this.#gone = addSamples(this.#gone, afterDeath(last));
      this.#retiring.delete(generation);
      generation.process.letGo();
    } catch {
      // It is about to be told of as gone.
    }
  }

  async #ofEach(take: (generation: Generation) => Promise<Sample>): Promise<Sample> {
    const all = [this.#current, ...this.#retiring].filter((one) => one !== undefined);
    const samples = await Promise.all(all.map(take));
    return samples.reduce((newest, older) => addSamples(newest, older), emptySample);
  }
}

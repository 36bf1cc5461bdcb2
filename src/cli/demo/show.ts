// The demo on a cluster that runs: applies the application, sends it requests, plays the rounds and keeps the stage up to date.

import { awaitsAddress, serviceUrls } from '../../api/core/service-urls.ts';
import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';
import type { Client } from '../../client/client.ts';
import { services } from '../../client/resources.ts';
import type { Machinery } from '../../machinery/machinery.ts';
import { applyManifests } from '../apply.ts';
import type { Messages } from '../messages/en.ts';
import { demoDeployment, demoService } from './manifests.ts';
import { RecentRates } from './rates.ts';
import { playRound, type RoundResult, type Step } from './round.ts';
import { Scene, type SceneEvent } from './scene.ts';
import type { NodeView, Stage, View } from './stage.ts';
import { type Sample, Traffic } from './traffic.ts';

export interface ShowOptions {
  readonly client: Client;
  readonly machinery: Machinery;
  readonly stage: Stage;
  readonly messages: Messages;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** One round instead of one after the other until the signal. */
  readonly once: boolean;
  readonly onResult: (result: RoundResult) => void;
}

const replicas = demoDeployment.spec.replicas;
const patienceMs = 60_000;
/** Before each fault: what is normal must be seen first. */
const steadyMs = 3_000;
/** Every replica is asked more often than every tenth of the limit, or a short outage would fall between two requests. */
const ratePerSecond = 60;
const limitMs = 1_000;
/** Some requests are always in flight, as they are in a real application. */
const path = '/slow?ms=20';

/** Rejects when what it shows does not happen, and with the signal's reason when it aborts. Leaves the application where it is. */
export async function show(options: ShowOptions): Promise<void> {
  const { client, clock } = options;
  const scene = new Scene(client, 'app=web', clock);
  try {
    await scene.start();
    await apply(options);
    const url = await ready(scene, options);
    await new Show(scene, url, options).play();
  } finally {
    await scene.close();
  }
}

async function apply({ client, signal }: ShowOptions): Promise<void> {
  const manifests = [demoDeployment, demoService].map((object) => ({ object, source: 'examples/web' }));
  const results = await applyManifests(client, manifests, () => {}, signal);
  for (const { name, error } of results) if (error !== undefined) throw new Error(`${name}: ${error}`);
}

/** Resolves with the URL once the Service has an address and all replicas are ready. */
async function ready(scene: Scene, { client, clock, signal }: ShowOptions): Promise<string> {
  const deadline = clock.monotonic() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const service = await client.resource(services, 'default').get(demoService.metadata.name);
    const [first] = serviceUrls([service]);
    const isReady = scene.pods().filter(({ state }) => state === 'ready').length === replicas;
    if (first && isReady && !awaitsAddress(service)) return first.url;
    if (clock.monotonic() > deadline)
      throw new Error(`${replicas} replicas with an address were not ready within ${patienceMs / 1000} s`);
    await sleep(clock, 20, signal);
  }
}

class Show {
  readonly #scene: Scene;
  readonly #url: string;
  readonly #options: ShowOptions;
  readonly #traffic: Traffic;
  readonly #rates = new RecentRates();
  readonly #begunAt: number;
  #step: { readonly step: Step; readonly at: number } | undefined;
  #failed = 0;
  #lastFailureAt = Number.NEGATIVE_INFINITY;

  constructor(scene: Scene, url: string, options: ShowOptions) {
    const { clock } = options;
    this.#scene = scene;
    this.#url = url;
    this.#options = options;
    this.#traffic = new Traffic({ url: `${url}${path}`, ratePerSecond, limitMs, clock });
    this.#begunAt = clock.monotonic();
  }

  async play(): Promise<void> {
    const { stage, once, signal } = this.#options;
    this.#scene.events.subscribe((event) => this.#say(this.#textOf(event)));
    this.#traffic.samples.subscribe((sample) => this.#take(sample));
    this.#traffic.start();
    const painting = setInterval(() => stage.refresh(this.#view()), stage.refreshMs);
    try {
      do await this.#round();
      while (!once && !signal.aborted);
    } finally {
      clearInterval(painting);
      await this.#traffic.close();
      stage.refresh(this.#view());
    }
  }

  async #round(): Promise<void> {
    const { clock, signal, machinery, onResult } = this.#options;
    await sleep(clock, steadyMs, signal);
    signal.throwIfAborted();
    if (this.#rates.at(clock.monotonic()).ok === 0) throw new Error(`${this.#url} does not answer`);
    const shared = { machinery, scene: this.#scene, samples: this.#traffic.samples, replicas, clock, signal };
    onResult(await playRound({ ...shared, onStep: (step) => this.#takeStep(step) }));
  }

  #takeStep(step: Step): void {
    const { clock, messages } = this.#options;
    this.#step = { step, at: clock.monotonic() };
    this.#say(messages.demo.steps[step.type](step.node));
  }

  /** Of failures that follow each other only the first is told: the others are counted. */
  #take(sample: Sample): void {
    this.#rates.take(sample);
    if (sample.failure === undefined) return;
    this.#failed++;
    const isFirst = sample.endedAt - this.#lastFailureAt > 1000;
    this.#lastFailureAt = sample.endedAt;
    if (isFirst) this.#say(this.#options.messages.demo.failing(sample.failure));
  }

  #say(text: string): void {
    this.#options.stage.event(this.#seconds, text);
  }

  #textOf(event: SceneEvent): string {
    const { events } = this.#options.messages.demo;
    return 'node' in event
      ? events[event.type](event.node)
      : events[event.type](event.pod.name, event.pod.node);
  }

  #view(): View {
    const now = this.#options.clock.monotonic();
    const phase = this.#phase(now);
    return {
      ...{ url: this.#url, seconds: this.#seconds, phase, nodes: this.#nodes() },
      ...{ rates: this.#rates.at(now), sent: this.#traffic.sent, failed: this.#failed },
    };
  }

  #phase(now: number): string {
    const { demo } = this.#options.messages;
    if (!this.#step || this.#step.step.type === 'returned') return demo.allThere();
    const { step, at } = this.#step;
    return step.type === 'stopped'
      ? demo.without(step.node, ((now - at) / 1000).toFixed(1))
      : demo.steps.starting(step.node);
  }

  #nodes(): NodeView[] {
    const stopped = this.#step?.step.type === 'stopped' ? this.#step.step.node : undefined;
    return this.#scene.nodes().map(({ name, isReady, pods }) => {
      const state = isReady ? 'ready' : 'notReady';
      return { name, state: name === stopped ? 'stopped' : state, pods };
    });
  }

  get #seconds(): number {
    return (this.#options.clock.monotonic() - this.#begunAt) / 1000;
  }
}

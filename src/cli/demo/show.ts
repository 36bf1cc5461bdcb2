// A drill as the demo shows it: what it tells and what the API shows, on one stage.

import type { Clock } from '../../base/clock.ts';
import type { Client } from '../../client/client.ts';
import type { Words } from '../../drill/report/words/en.ts';
import type { DrillProgress } from '../../drill/run/progress.ts';
import { progressLine, ratesText, waitText } from '../drill-progress.ts';
import type { Messages } from '../messages/en.ts';
import { Scene, type SceneEvent } from './scene.ts';
import type { NodeView, Stage, View } from './stage.ts';

export interface ShowOptions {
  readonly client: Client;
  readonly stage: Stage;
  readonly messages: Messages;
  readonly words: Words;
  readonly clock: Clock;
  /** Where the application is, and what its pods are labelled with. */
  readonly namespace: string;
  readonly labelSelector: string;
}

export class Show {
  readonly #options: ShowOptions;
  readonly #scene: Scene;
  readonly #begunAt: number;
  #painting: NodeJS.Timeout | undefined;
  #url: string | undefined;
  #phase = '';
  #traffic = '';
  #isLoaded = false;

  constructor(options: ShowOptions) {
    this.#options = options;
    this.#scene = new Scene(options);
    this.#begunAt = options.clock.monotonic();
  }

  /** Resolves when everything there is has been seen. */
  async start(): Promise<void> {
    const { stage } = this.#options;
    await this.#scene.start();
    // What comes before the load is the application's start.
    this.#scene.events.subscribe((event) => {
      if (this.#isLoaded) this.#say(this.#textOf(event));
    });
    this.#painting = setInterval(() => stage.refresh(this.#view()), stage.refreshMs);
  }

  tell(progress: DrillProgress): void {
    const { words } = this.#options;
    if (progress.type === 'rates') {
      this.#traffic = ratesText(progress.rates, words);
      return;
    }
    if (progress.type === 'load') {
      this.#url = progress.url;
      this.#isLoaded = true;
    }
    // What comes after that is the application's end.
    if (progress.type === 'gathering') this.#isLoaded = false;
    const line = progressLine(progress, words);
    this.#phase = waitText(progress, words) ?? line ?? this.#phase;
    if (line !== undefined) this.#say(line);
  }

  async close(): Promise<void> {
    clearInterval(this.#painting);
    this.#options.stage.refresh(this.#view());
    await this.#scene.close();
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
    const { seconds, phase, traffic } = {
      seconds: this.#seconds,
      phase: this.#phase,
      traffic: this.#traffic,
    };
    return { url: this.#url, seconds, phase, traffic, nodes: this.#nodes() };
  }

  #nodes(): NodeView[] {
    return this.#scene.nodes().map(({ name, isReady, pods }) => {
      return { name, state: isReady ? 'ready' : 'notReady', pods };
    });
  }

  get #seconds(): number {
    return (this.#options.clock.monotonic() - this.#begunAt) / 1000;
  }
}

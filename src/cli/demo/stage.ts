// Where the demo is shown: one screen that is painted over and over on a terminal, plain lines wherever else the output goes.

import type { Messages } from '../messages/en.ts';
import type { PodState, ScenePod } from './scene.ts';

export interface View {
  /** Undefined until it is known. */
  readonly url: string | undefined;
  /** Since the beginning. */
  readonly seconds: number;
  /** What is waited for. */
  readonly phase: string;
  /** How the traffic is. */
  readonly traffic: string;
  readonly nodes: readonly NodeView[];
}

export interface NodeView {
  readonly name: string;
  readonly state: 'ready' | 'notReady';
  readonly pods: readonly ScenePod[];
}

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface Stage {
  /** How often refresh() is worth calling, in milliseconds. */
  readonly refreshMs: number;
  event(seconds: number, text: string): void;
  refresh(view: View): void;
}

export function stageOn(output: Output, messages: Messages): Stage {
  return output.isTTY ? new Screen(output, messages.demo) : new Lines(output, messages.demo);
}

type DemoMessages = Messages['demo'];

const marks: Record<PodState, string> = { ready: '●', notReady: '○', waiting: '…', leaving: '×' };
const shownEvents = 12;

class Screen implements Stage {
  readonly refreshMs = 200;
  readonly #output: Output;
  readonly #messages: DemoMessages;
  #events: string[] = [];
  #height = 0;

  constructor(output: Output, messages: DemoMessages) {
    this.#output = output;
    this.#messages = messages;
  }

  event(seconds: number, text: string): void {
    this.#events = [...this.#events, timed(seconds, text)].slice(-shownEvents);
  }

  refresh(view: View): void {
    const lines = [...screenLines(view, this.#messages), ...this.#events];
    const width = (this.#output.columns ?? 80) - 1;
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    // Each line wiped as it is written, and what lies below at the end: a screen that is wiped as a whole flickers.
    const text = lines.map((line) => `${[...line].slice(0, width).join('')}\x1b[K\n`).join('');
    this.#output.write(`${up}\r${text}\x1b[J`);
    this.#height = lines.length;
  }
}

class Lines implements Stage {
  readonly refreshMs = 5_000;
  readonly #output: Output;
  readonly #messages: DemoMessages;
  #isUrlTold = false;

  constructor(output: Output, messages: DemoMessages) {
    this.#output = output;
    this.#messages = messages;
  }

  event(seconds: number, text: string): void {
    this.#output.write(`${timed(seconds, text)}\n`);
  }

  refresh({ url, seconds, traffic }: View): void {
    if (url !== undefined && !this.#isUrlTold) this.#output.write(`${this.#messages.address(url)}\n`);
    this.#isUrlTold ||= url !== undefined;
    if (traffic !== '') this.#output.write(`${timed(seconds, traffic)}\n`);
  }
}

/** All but the events, which follow. */
function screenLines({ url, phase, traffic, nodes }: View, demo: DemoMessages): string[] {
  const told = [phase, '', ...(url === undefined ? [] : [demo.address(url)]), demo.requests(traffic), ''];
  return [...told, ...nodes.map((node) => nodeLine(node, demo)), ''];
}

function nodeLine({ name, state, pods }: NodeView, { states }: DemoMessages): string {
  const width = Math.max(...Object.values(states).map((text) => text.length));
  const shown = pods.map((pod) => `${marks[pod.state]} ${pod.name}`);
  return `${name}  ${states[state].padEnd(width)}  ${shown.join('  ')}`.trimEnd();
}

function timed(seconds: number, text: string): string {
  return `${seconds.toFixed(1).padStart(6)} s  ${text}`;
}

// Where the demo is shown: one screen that is painted over and over on a terminal, plain lines wherever else the output goes.

import type { Messages } from '../messages/en.ts';
import type { Rates } from './rates.ts';
import type { PodState, ScenePod } from './scene.ts';

export interface View {
  readonly url: string;
  /** Since the traffic began. */
  readonly seconds: number;
  readonly phase: string;
  readonly rates: Rates;
  readonly sent: number;
  readonly failed: number;
  readonly nodes: readonly NodeView[];
}

export interface NodeView {
  readonly name: string;
  readonly state: 'ready' | 'notReady' | 'stopped';
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
const shownEvents = 8;

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
  readonly refreshMs = 1000;
  readonly #output: Output;
  readonly #messages: DemoMessages;
  #hasBegun = false;

  constructor(output: Output, messages: DemoMessages) {
    this.#output = output;
    this.#messages = messages;
  }

  event(seconds: number, text: string): void {
    this.#output.write(`${timed(seconds, text)}\n`);
  }

  refresh({ url, seconds, rates, nodes }: View): void {
    if (!this.#hasBegun) this.#output.write(`${this.#messages.address(url)}\n`);
    this.#hasBegun = true;
    const shares = nodes.map(({ name }) => `${name} ${rates.byNode.get(name) ?? 0}/s`).join(', ');
    this.#output.write(`${timed(seconds, `${this.#messages.rates(rates.ok, rates.failed)}: ${shares}`)}\n`);
  }
}

/** All but the events, which follow. */
export function screenLines(view: View, demo: DemoMessages): string[] {
  const { url, phase, rates, sent, failed, nodes } = view;
  return [
    phase,
    '',
    demo.address(url),
    demo.requests(demo.rates(rates.ok, rates.failed), sent, failed),
    '',
    ...nodes.map((node) => nodeLine(node, rates.byNode.get(node.name) ?? 0, demo)),
    '',
  ];
}

function nodeLine({ name, state, pods }: NodeView, rate: number, { states }: DemoMessages): string {
  const width = Math.max(...Object.values(states).map((text) => text.length));
  const shown = pods.map((pod) => `${marks[state === 'stopped' ? 'leaving' : pod.state]} ${pod.name}`);
  return `${name}  ${states[state].padEnd(width)}  ${String(rate).padStart(4)}/s  ${shown.join('  ')}`.trimEnd();
}

function timed(seconds: number, text: string): string {
  return `${seconds.toFixed(1).padStart(6)} s  ${text}`;
}

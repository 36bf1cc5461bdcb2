// The same work on several servers, turn by turn, so that what disturbs the machine disturbs them all: the ratios are what lasts.

import type { BareServer } from './bare-server.ts';
import type { Operation } from './config-maps.ts';
import { ask, Connection } from './connections.ts';
import type { Endpoint } from './endpoint.ts';
import { Load } from './load.ts';
import { processCpuMs } from './process-cpu.ts';
import { median, medianSample, type Sample } from './samples.ts';
import type { Cell } from './table.ts';

export interface Contestants {
  readonly subject: Endpoint;
  /** Its process, where that can be looked into. */
  readonly pid: number | undefined;
  readonly bare: BareServer;
  readonly beside: Endpoint | undefined;
}

/** `cpuMicros`: processor time of the server's process for each request. */
type Samples = { subject: Sample[]; bare: Sample[]; beside: Sample[]; cpuMicros: number[] };

/** One number of connections. */
export class Contest {
  readonly connections: number;
  readonly #pid: number | undefined;
  readonly #bare: BareServer;
  readonly #examples: Connection;
  readonly #loads: { subject: Load; bare: Load; beside: Load | undefined };
  readonly #samples = new Map<string, Samples>();

  constructor({ subject, pid, bare, beside }: Contestants, connections: number) {
    this.connections = connections;
    this.#pid = pid;
    this.#bare = bare;
    this.#examples = new Connection(subject);
    const load = (endpoint: Endpoint) => new Load(endpoint, connections);
    this.#loads = { subject: load(subject), bare: load(bare.endpoint), beside: beside && load(beside) };
  }

  async warm(): Promise<void> {
    const { subject, bare, beside } = this.#loads;
    for (const load of [subject, bare, beside]) await load?.warm();
  }

  /** One turn of each operation, in order. */
  async turn(operations: readonly Operation[]): Promise<void> {
    for (const operation of operations) {
      const samples = this.#samplesOf(operation.name);
      const cpuBefore = this.#cpuMs();
      samples.subject.push(await this.#loads.subject.drive(operation));
      samples.cpuMicros.push(((this.#cpuMs() - cpuBefore) * 1000) / operation.count);
      if (this.#loads.beside) samples.beside.push(await this.#loads.beside.drive(operation));
      // What the bare server has to answer for the same work: the answer to one more request.
      const { text: body } = await ask(this.#examples, operation.request(operation.count));
      await this.#bare.answer({ status: operation.status, body });
      samples.bare.push(await this.#loads.bare.drive(operation));
    }
  }

  /** The median over the turns; throws for what had none. */
  sample(operation: string): Sample {
    return medianSample(this.#samplesOf(operation).subject);
  }

  rows(): Record<string, Cell>[] {
    return [...this.#samples].map(([operation, { subject, bare, beside, cpuMicros }]) => {
      const { perSecond, p50, p90, p99, max } = medianSample(subject);
      const cpu = this.#pid === undefined ? undefined : median(cpuMicros);
      const figures = { 'per second': perSecond, p50, p90, p99, max, 'CPU µs each': cpu };
      const ratios = { 'of bare': ratio(subject, bare), 'of beside': ratio(subject, beside) };
      return { operation, connections: this.connections, ...figures, ...ratios };
    });
  }

  async close(): Promise<void> {
    const { subject, bare, beside } = this.#loads;
    await Promise.all([subject.close(), bare.close(), beside?.close(), this.#examples.close()]);
  }

  #cpuMs(): number {
    return this.#pid === undefined ? 0 : processCpuMs(this.#pid);
  }

  #samplesOf(operation: string): Samples {
    const samples = this.#samples.get(operation) ?? { subject: [], bare: [], beside: [], cpuMicros: [] };
    this.#samples.set(operation, samples);
    return samples;
  }
}

/** The median of the turns' ratios, not the ratio of the medians: both of a turn were measured next to each other. */
function ratio(ours: readonly Sample[], theirs: readonly Sample[]): number | undefined {
  if (theirs.length === 0) return undefined;
  return median(ours.map(({ perSecond }, turn) => perSecond / (theirs[turn] as Sample).perSecond));
}

export const contestColumns = [
  ...[
    'operation',
    'connections',
    'per second',
    'p50',
    'p90',
    'p99',
    'max',
    'CPU µs each',
    'of bare',
    'of beside',
  ],
] as const;

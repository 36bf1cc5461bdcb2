// How long a change takes to the last of 100 watchers, and how many events a second reach them in a burst.

import path from 'node:path';
import { startBareServer } from './measure/bare-server.ts';
import { type Bench, type BenchOptions, type Outcome, runBenches } from './measure/bench.ts';
import { askJson, Connection, type Request } from './measure/connections.ts';
import { type Endpoint, endpointOfFile } from './measure/endpoint.ts';
import { Load } from './measure/load.ts';
import { median, summarize } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';
import { openSubject, ownNamespace } from './measure/subject.ts';
import { Watchers } from './measure/watchers.ts';

const watcherCount = 100;
const turns = 3;
const singleWrites = 200;
const burstWrites = 300;
const burstConnections = 8;
const collection = '/api/v1/namespaces/bench-watch/configmaps';

export const watch: Bench = { name: 'watch', run };

async function run(options: BenchOptions): Promise<Outcome> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(scratchDir('watch')).path;
  const { endpoint } = await openSubject(options, dir, stack);
  const bare = await startBareServer(path.join(dir, 'bare'));
  stack.defer(() => bare.stop());
  const audiences = [
    await Audience.open('measured', endpoint, stack),
    new Audience('bare', bare.endpoint, ''),
  ];
  if (options.beside !== undefined) {
    audiences.push(await Audience.open('beside', await endpointOfFile(options.beside), stack));
  }
  for (let turn = 0; turn < turns; turn++) {
    for (const audience of audiences) await audience.turn();
  }
  return outcomeOf(audiences);
}

/** 100 watchers of one object of one server, and what they saw. */
class Audience {
  readonly server: string;
  readonly #endpoint: Endpoint;
  readonly #resourceVersion: string;
  readonly #delays: number[] = [];
  readonly #burstRates: number[] = [];
  #written = 0;

  constructor(server: string, endpoint: Endpoint, resourceVersion: string) {
    this.server = server;
    this.#endpoint = endpoint;
    this.#resourceVersion = resourceVersion;
  }

  /** Makes what will be watched. */
  static async open(server: string, endpoint: Endpoint, stack: AsyncDisposableStack): Promise<Audience> {
    await ownNamespace(endpoint, 'bench-watch', stack);
    const connection = new Connection(endpoint);
    const body = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'watched' } });
    type Created = { metadata: { resourceVersion: string } };
    const created = await askJson<Created>(connection, { method: 'POST', path: collection, body });
    await connection.close();
    return new Audience(server, endpoint, created.metadata.resourceVersion);
  }

  get delays() {
    return summarize(Float64Array.from(this.#delays), 1);
  }

  get eventsPerSecond(): number {
    return median(this.#burstRates);
  }

  async turn(): Promise<void> {
    await using stack = new AsyncDisposableStack();
    const watchers = stack.adopt(await this.#watchers(), (w) => w.close());
    const load = stack.adopt(new Load(this.#endpoint, burstConnections), (l) => l.close());
    const writer = stack.adopt(new Connection(this.#endpoint), (w) => w.close());
    await load.warm();
    for (let i = 0; i < singleWrites; i++) this.#delays.push(await this.#delay(watchers, writer));
    this.#burstRates.push(await this.#burst(watchers, load));
  }

  async #watchers(): Promise<Watchers> {
    const query = new URLSearchParams({ watch: '1', fieldSelector: 'metadata.name=watched' });
    // Of the first turn; the later ones begin where the newest write left the object.
    query.set('resourceVersion', this.#written === 0 ? this.#resourceVersion : await this.#newest());
    return Watchers.open(this.#endpoint, `${collection}?${query}`, watcherCount);
  }

  async #newest(): Promise<string> {
    const connection = new Connection(this.#endpoint);
    type Watched = { metadata?: { resourceVersion: string } };
    const { metadata } = await askJson<Watched>(connection, { method: 'GET', path: `${collection}/watched` });
    await connection.close();
    return metadata?.resourceVersion ?? '';
  }

  /** Milliseconds from the sending of a write until the last watcher has it. */
  async #delay(watchers: Watchers, writer: Connection): Promise<number> {
    const received = watchers.received(1);
    const began = performance.now();
    const [at] = await Promise.all([received, askJson(writer, this.#write())]);
    return at - began;
  }

  async #burst(watchers: Watchers, load: Load): Promise<number> {
    const received = watchers.received(burstWrites);
    const began = performance.now();
    const order = { count: burstWrites, status: 200, request: () => this.#write() };
    const [at] = await Promise.all([received, load.drive(order)]);
    return (burstWrites * watcherCount * 1000) / (at - began);
  }

  #write(): Request {
    const body = JSON.stringify({ data: { written: String(this.#written++) } });
    const contentType = 'application/merge-patch+json';
    return { method: 'PATCH', path: `${collection}/watched`, body, contentType };
  }
}

function outcomeOf(audiences: readonly Audience[]): Outcome {
  const [measured] = audiences as [Audience];
  const rows = audiences.map(({ server, delays: { p50, p90, p99, max }, eventsPerSecond }) => ({
    ...{ server, p50, p90, p99, max, 'events per second': eventsPerSecond },
  }));
  const title = `Watch: one write to the last of ${watcherCount} watchers (ms), a burst of ${burstWrites} writes`;
  const columns = ['server', 'p50', 'p90', 'p99', 'max', 'events per second'];
  const what = `a write to the last of ${watcherCount} watchers, p99`;
  const aims = [{ what, value: measured.delays.p99, unit: 'ms', limit: 10, is: 'at most' as const }];
  return { tables: [{ title, columns, rows }], aims };
}

if (import.meta.main) await runBenches([watch]);

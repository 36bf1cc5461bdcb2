// The balancer beside plain HAProxy, nginx and http-proxy: each on one core, wrk and the servers on the other, in turns within one run.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../src/base/run-program.ts';
import { namedCertificate } from '../tests/support/lb/named-certificate.ts';
import { idleConnections } from './lb/idle-connections.ts';
import { startOrigins } from './lb/origins.ts';
import { type Contestant, type Ground, proxies } from './lb/proxies.ts';
import { requireTools } from './lb/tools.ts';
import { wrk } from './lb/wrk.ts';
import { type Bench, type Outcome, runBenches } from './measure/bench.ts';
import { processMemory } from './measure/process-memory.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';

const turns = Number(process.env.RELEVO_BENCH_TURNS ?? 5);
const seconds = 3;
const [proxyCore, otherCore] = [0, 1];
const idle = 10_000;
const ours = 'Relevo, embedded';
const theirs = 'HAProxy, all features';

export const lb: Bench = { name: 'lb', needsOwnProcess: true, run };

interface Scenario {
  readonly name: string;
  measure(proxy: Contestant): Promise<number | undefined>;
}

const ask = (url: string, connections: number, closes = false) =>
  wrk({ url, core: otherCore, seconds, connections, closes });

const scenarios: readonly Scenario[] = [
  { name: '200 B, kept', measure: ({ plain }) => ask(`${plain}/small`, 64) },
  { name: '100 kB, kept', measure: ({ plain }) => ask(`${plain}/large`, 64) },
  { name: '200 B, new connection', measure: ({ plain }) => ask(`${plain}/small`, 64, true) },
  { name: '200 B, kept, TLS', measure: ({ secure }) => askSecurely(secure) },
  { name: 'new TLS handshake', measure: ({ secure }) => askSecurely(secure, true) },
];

async function askSecurely(secure: string | undefined, closes = false): Promise<number | undefined> {
  return secure === undefined ? undefined : ask(`${secure}/small`, 64, closes);
}

/** By scenario, then by proxy. */
type Figures = Map<string, Map<string, number[]>>;

async function run(): Promise<Outcome> {
  requireTools();
  using scratch = scratchDir('lb');
  const origins = await startOrigins(scratch.path, otherCore);
  const ground = {
    folder: scratch.path,
    core: proxyCore,
    origins: origins.ports,
    certificate: await certificate(scratch.path),
  };
  try {
    const figures = await rates(ground);
    const latencies = await pacedLatencies(ground, figures);
    return outcomeOf(figures, latencies, await idleMemory(ground));
  } finally {
    await origins.stop();
  }
}

/** One proxy at a time runs; each turn begins with another one. */
async function rates(ground: Ground): Promise<Figures> {
  const figures: Figures = new Map(scenarios.map(({ name }) => [name, new Map()]));
  const names = Object.keys(proxies);
  for (let turn = 0; turn < turns; turn++) {
    for (const name of [...names.slice(turn % names.length), ...names.slice(0, turn % names.length)]) {
      await withProxy(name, ground, async (proxy) => {
        await ask(`${proxy.plain}/small`, 64);
        for (const scenario of scenarios) {
          const rate = await scenario.measure(proxy);
          if (rate !== undefined) note(figures, scenario.name, name, rate);
        }
      });
    }
  }
  return figures;
}

function note(figures: Figures, scenario: string, proxy: string, value: number): void {
  const of = figures.get(scenario) ?? new Map<string, number[]>();
  figures.set(scenario, of.set(proxy, [...(of.get(proxy) ?? []), value]));
}

async function withProxy<T>(
  name: string,
  ground: Ground,
  use: (proxy: Contestant) => Promise<T>,
): Promise<T> {
  const proxy = await proxies[name]?.(ground);
  if (!proxy) throw new Error(`there is no proxy "${name}"`);
  try {
    return await use(proxy);
  } catch (cause) {
    throw new Error(`${name}: ${(cause as Error).message}`, { cause });
  } finally {
    await proxy.program.stop();
  }
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** At half of what the embedded engine can do: the same rate for both. */
async function pacedLatencies(ground: Ground, figures: Figures): Promise<Map<string, Latency[]>> {
  const rate = Math.round(rateOf(figures, '200 B, kept', ours) / 2);
  const entry = fileURLToPath(new URL('./lb/paced-load-process.ts', import.meta.url));
  const latencies = new Map<string, Latency[]>();
  for (let turn = 0; turn < turns; turn++) {
    for (const name of [theirs, ours, 'Relevo, haproxy']) {
      const text = await withProxy(name, ground, async ({ port, plain }) => {
        await ask(`${plain}/small`, 64);
        const words = [entry, port, Math.min(rate, 12_000), 5, 32].map(String);
        return runProgram(['taskset', '-c', String(otherCore), process.execPath, ...words]);
      });
      latencies.set(name, [...(latencies.get(name) ?? []), JSON.parse(text) as Latency]);
    }
  }
  return latencies;
}

/** KiB per connection, all processes of the proxy together. */
async function idleMemory(ground: Ground): Promise<Map<string, number>> {
  const memory = new Map<string, number>();
  for (const name of [theirs, ours, 'Relevo, haproxy']) {
    const kib = await withProxy(name, ground, async ({ port, program }) => {
      const used = () => program.pids.reduce((sum, pid) => sum + processMemory(pid).proportional, 0);
      // Not with wrk: memory that it leaves behind would be used again, and hide what connections cost.
      (await idleConnections(port, 500))[Symbol.dispose]();
      const before = used();
      using _connections = await idleConnections(port, idle);
      return ((used() - before) * 1024) / idle;
    });
    memory.set(name, kib);
  }
  return memory;
}

function rateOf(figures: Figures, scenario: string, proxy: string): number {
  return median(figures.get(scenario)?.get(proxy) ?? []);
}

function outcomeOf(
  figures: Figures,
  latencies: ReadonlyMap<string, readonly Latency[]>,
  memory: ReadonlyMap<string, number>,
): Outcome {
  const table = (figure: (scenario: string, proxy: string) => number) => ({
    columns: ['proxy', ...scenarios.map(({ name }) => name)],
    rows: Object.keys(proxies).map((proxy) => {
      const measured = scenarios.filter(({ name }) => figures.get(name)?.has(proxy));
      return { proxy, ...Object.fromEntries(measured.map(({ name }) => [name, figure(name, proxy)])) };
    }),
  });
  const of = (name: string, field: 'p50' | 'p99') =>
    median((latencies.get(name) ?? []).map((one) => one[field]));
  const latencyRows = [...latencies.keys()].map((proxy) => ({
    ...{ proxy, p50: of(proxy, 'p50'), p99: of(proxy, 'p99'), 'KiB per idle connection': memory.get(proxy) },
  }));
  const ratio = (scenario: string, against = theirs, of = ours) =>
    rateOf(figures, scenario, of) / rateOf(figures, scenario, against);
  const atLeast = (what: string, value: number, limit: number) =>
    ({ what, unit: 'times', value, limit, is: 'at least' }) as const;
  return {
    tables: [
      {
        title: `Requests a second on one core (median of ${turns} turns)`,
        ...table((scenario, proxy) => Math.round(rateOf(figures, scenario, proxy))),
      },
      {
        title: `The same beside ${theirs}`,
        ...table((scenario, proxy) => rateOf(figures, scenario, proxy) / rateOf(figures, scenario, theirs)),
      },
      {
        title: 'At half of what the embedded engine can do (ms), and what idle connections cost',
        columns: ['proxy', 'p50', 'p99', 'KiB per idle connection'],
        rows: latencyRows,
      },
    ],
    aims: [
      atLeast('embedded beside HAProxy, 200 B, kept', ratio('200 B, kept'), 0.75),
      atLeast('embedded beside HAProxy, 100 kB', ratio('100 kB, kept'), 0.7),
      atLeast('embedded beside HAProxy, new connection', ratio('200 B, new connection'), 0.5),
      atLeast('embedded beside HAProxy, new TLS handshake', ratio('new TLS handshake'), 0.5),
      atLeast('embedded beside http-proxy, 200 B, kept', ratio('200 B, kept', 'http-proxy'), 4),
      atLeast(
        'haproxy engine beside HAProxy, 200 B, kept',
        ratio('200 B, kept', theirs, 'Relevo, haproxy'),
        0.97,
      ),
      {
        ...{ what: 'p99 of embedded beside HAProxy', unit: 'times', limit: 2, is: 'at most' },
        value: of(ours, 'p99') / of(theirs, 'p99'),
      },
      {
        ...{ what: 'an idle connection, embedded', unit: 'KiB', limit: 20, is: 'at most' },
        value: memory.get(ours) ?? Number.NaN,
      },
    ],
  };
}

async function certificate(folder: string): Promise<string> {
  const { chain, key } = await namedCertificate('bench.example.org');
  const file = path.join(folder, 'bench.pem');
  writeFileSync(file, `${chain}\n${key}\n`, { mode: 0o600 });
  return file;
}

if (import.meta.main) await runBenches([lb]);

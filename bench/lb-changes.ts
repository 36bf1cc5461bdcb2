// What a hundred changes a second in a backend of a thousand servers cost its users: wrk with and without them, in turns, on both engines.

import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EngineName, engineNames } from '../src/lb/engine.ts';
import { eventually } from '../tests/support/eventually.ts';
import { freePort } from '../tests/support/free-port.ts';
import { startOrigins } from './lb/origins.ts';
import { Program } from './lb/program.ts';
import { requireTools } from './lb/tools.ts';
import { wrk } from './lb/wrk.ts';
import { type Bench, type Outcome, runBenches } from './measure/bench.ts';
import { median } from './measure/samples.ts';
import { scratchDir } from './measure/scratch.ts';

const turns = Number(process.env.RELEVO_BENCH_TURNS ?? 5);
const seconds = 4;
const [proxyCore, otherCore] = [0, 1];

export const lbChanges: Bench = { name: 'lb-changes', needsOwnProcess: true, run };

interface Figures {
  readonly engine: EngineName;
  readonly still: number[];
  readonly changing: number[];
  readonly changes: number[];
}

async function run(): Promise<Outcome> {
  requireTools();
  using scratch = scratchDir('lb-changes');
  const origins = await startOrigins(scratch.path, otherCore);
  try {
    const figures: Figures[] = [];
    for (const engine of engineNames) figures.push(await figuresOf(engine, scratch.path, origins.ports));
    return outcomeOf(figures);
  } finally {
    await origins.stop();
  }
}

async function figuresOf(engine: EngineName, scratch: string, origins: readonly number[]): Promise<Figures> {
  const figures: Figures = { engine, still: [], changing: [], changes: [] };
  const folder = path.join(scratch, engine);
  mkdirSync(folder);
  const port = await freePort();
  const entry = fileURLToPath(new URL('./lb/changing-balancer-process.ts', import.meta.url));
  const words = [process.execPath, entry, engine, port, folder, ...origins].map(String);
  const url = `http://127.0.0.1:${port}/small`;
  const program = await Program.start({ words, core: proxyCore, answersOn: url });
  const rate = () => wrk({ url, core: otherCore, seconds, connections: 64 });
  const withChanges = async () => {
    const [pid = 0] = program.pids;
    process.kill(pid, 'SIGUSR2');
    figures.changing.push(await rate());
    process.kill(pid, 'SIGUSR2');
    figures.changes.push(await changesIn(folder));
  };
  try {
    await rate();
    for (let turn = 0; turn < turns; turn++) {
      // Each turn begins with the other one.
      if (turn % 2 === 1) await withChanges();
      figures.still.push(await rate());
      if (turn % 2 === 0) await withChanges();
    }
    return figures;
  } finally {
    await program.stop();
  }
}

/** That were in force at the end, a second. */
async function changesIn(folder: string): Promise<number> {
  const file = path.join(folder, 'changes');
  const text = await eventually(() => readFileSync(file, 'utf8'));
  return Number(text) / seconds;
}

function outcomeOf(figures: readonly Figures[]): Outcome {
  const rows = figures.map(({ engine, still, changing, changes }) => ({
    ...{ engine, still: Math.round(median(still)), changing: Math.round(median(changing)) },
    ...{ ratio: median(changing) / median(still), 'changes in force': median(changes) },
  }));
  return {
    tables: [
      {
        title: `Requests a second on one core, 1,000 servers, without and with 100 changes a second (median of ${turns})`,
        columns: ['engine', 'still', 'changing', 'ratio', 'changes in force'],
        rows,
      },
    ],
    aims: rows.map(({ engine, ratio }) => ({
      ...{ what: `${engine}: with changes beside without`, unit: 'times', value: ratio },
      ...{ limit: 0.9, is: 'at least' },
    })),
  };
}

if (import.meta.main) await runBenches([lbChanges]);

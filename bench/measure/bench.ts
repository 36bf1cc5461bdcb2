// What a benchmark is, and what is done with its outcome: tables for people, JSON for programs, the aims of the project beside what was reached.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeMachine, printMachine } from './machine.ts';
import { printTable, shownNumber, type Table } from './table.ts';

export interface BenchOptions {
  /** Another server than our own; what needs our own process is left out then. */
  readonly kubeconfig?: string;
  /** A second server, measured in turn with the first: its figures become ratios. */
  readonly beside?: string;
  /** What connects the nodes of a whole cluster, as `relevo up --network` has it. Undefined: whatever that chooses. */
  readonly network?: string;
}

/** `value` has to be at most, or at least, `limit`. */
export interface Aim {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly limit: number;
  readonly is: 'at most' | 'at least';
}

export interface Outcome {
  readonly tables: readonly Table[];
  readonly aims?: readonly Aim[];
  /** What a reader must know of these figures. */
  readonly notes?: readonly string[];
}

export interface Bench {
  readonly name: string;
  /** It looks into a process of its own, so it cannot measure a server that only a kubeconfig names. */
  readonly needsOwnProcess?: boolean;
  run(options: BenchOptions): Promise<Outcome>;
}

/** The whole program of a file in bench/: takes the command line, runs the benchmarks one after the other, prints, sets the exit code. */
export async function runBenches(benches: readonly Bench[]): Promise<void> {
  // What is to be removed at the end is removed when it is broken off, too; children end with their parent.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  try {
    const { names, json, options } = parsedArguments(benches);
    const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
    const machine = describeMachine();
    const report: Record<string, unknown> = { machine };
    // Standard output belongs to the JSON where that goes there.
    const print = (text: string) => (json === '-' ? process.stderr : process.stdout).write(`${text}\n`);
    print(printMachine(machine));
    for (const bench of chosen) report[bench.name] = await runOne(bench, options, print);
    const text = `${JSON.stringify(report, null, 2)}\n`;
    if (json === '-') process.stdout.write(text);
    else if (json !== undefined) writeFileSync(json, text);
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

class UsageError extends Error {
  override name = 'UsageError';
}

function parsedArguments(benches: readonly Bench[]) {
  const usage = 'usage: [NAME…] [--json FILE|-] [--kubeconfig FILE] [--beside KUBECONFIG] [--network KIND]';
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        ...{ json: { type: 'string' }, kubeconfig: { type: 'string' }, beside: { type: 'string' } },
        network: { type: 'string' },
      },
    });
    const known = benches.map(({ name }) => name);
    const unknown = positionals.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new Error(`there is no benchmark "${unknown}", only ${known.join(', ')}`);
    const { json, ...options } = values;
    return { names: positionals, json, options };
  } catch (error) {
    // Node's own advice after the first sentence is about something else.
    const [reason] = (error as Error).message.split('. ');
    throw new UsageError(`${reason}; ${usage}`);
  }
}

async function runOne(bench: Bench, options: BenchOptions, print: (text: string) => void): Promise<object> {
  if (bench.needsOwnProcess && options.kubeconfig !== undefined) {
    print(`\n${bench.name}: left out, because it looks into a process of its own`);
    return { leftOut: true };
  }
  const began = performance.now();
  const outcome = await bench.run(options);
  const seconds = (performance.now() - began) / 1000;
  print(`\n${printOutcome(outcome)}\n\n${bench.name} took ${shownNumber(seconds)} s`);
  return { ...outcome, seconds };
}

function printOutcome({ tables, aims = [], notes = [] }: Outcome): string {
  const rows = aims.map(({ what, unit, value, limit, is }) => {
    const met = is === 'at most' ? value <= limit : value >= limit;
    return { what, aim: `${is} ${shownNumber(limit)}`, reached: value, unit, met: met ? 'yes' : 'NO' };
  });
  const columns = ['what', 'aim', 'reached', 'unit', 'met'];
  const all = aims.length > 0 ? [...tables, { title: 'Aims', columns, rows }] : tables;
  return [...all.map(printTable), ...notes].join('\n\n');
}

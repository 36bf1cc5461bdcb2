// Runs the tests: all of them, the files named, or with --soak the random drills only, many times over.
//
// What tests may read from the environment: RELEVO_ROUNDS (how often a random drill is repeated), RELEVO_SEED, TEST_TIMEOUT (a factor for slow
// machines), RELEVO_TEST_KUBECTL (a current one) and RELEVO_TEST_KUBECTL_120; of the two kubectls at least one is set.

import { globSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { debianKubectl, findCurrentKubectl } from './testing/kubectl.ts';
import { installMissingPrograms } from './testing/programs.ts';
import { type Tally, withSlowest } from './testing/slowest.ts';

const usage = 'usage: ./test [--soak] [--only PATTERN] [FILES…]';
const root = path.join(import.meta.dirname, '..');
const everywhere = ['tests/**/*.test.ts', 'src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'];
const randomDrills = [
  'tests/e2e/*-crash.test.ts',
  'tests/e2e/random-kills*.test.ts',
  'tests/e2e/balancer-{departures,faults}.test.ts',
  'tests/e2e/drill-{catalogue,mistakes-drills,mistakes-policies,no-mistakes}.test.ts',
  'tests/property/*.test.ts',
];
/** For a test, and for a file as a whole: only what hangs is to meet it, on a slow machine, too. */
const timeoutMs = 300_000;

function parseArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { soak: { type: 'boolean', default: false }, only: { type: 'string' } },
    });
  } catch (error) {
    console.error(`test: ${(error as Error).message}; ${usage}`);
    return process.exit(2);
  }
}

/** The longest first, so that the last ones to finish are short: whole-system tests, then the rest. */
function filesToRun(soak: boolean, named: readonly string[]): string[] {
  if (named.length > 0) return named.map((file) => path.resolve(file));
  const patterns = soak ? randomDrills : everywhere;
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }).sort())
    .map((file) => path.join(root, file));
}

/** A positive number from the environment, or exit 2. */
function numberFrom(variable: string, fallback: number): number {
  const value = Number(process.env[variable] ?? fallback);
  if (value > 0) return value;
  console.error(`test: ${variable} must be a positive number, but is "${process.env[variable]}"`);
  return process.exit(2);
}

/** Sets the two variables and says in one line which versions the tests meet. */
function provideKubectls(): string {
  const current = findCurrentKubectl();
  const old = debianKubectl(path.join(root, '.cache'));
  if (current) process.env.RELEVO_TEST_KUBECTL ??= current.path;
  if (old) process.env.RELEVO_TEST_KUBECTL_120 ??= old.path;
  if (current && old) return `kubectl: tested with ${current.version} and ${old.version}`;
  if (old) return `kubectl: ONLY ${old.version} was tested with: there is no kubectl 1.28 or newer on PATH`;
  if (current) return `kubectl: ONLY ${current.version} was tested with: Debian's 1.20 could not be had here`;
  throw new Error(
    'the tests need kubectl: install one (https://kubernetes.io/docs/tasks/tools), then run this again',
  );
}

function prepare(): string {
  try {
    installMissingPrograms();
    return provideKubectls();
  } catch (error) {
    console.error(`test: ${(error as Error).message}`);
    return process.exit(1);
  }
}

const { values, positionals } = parseArguments();
const factor = numberFrom('TEST_TIMEOUT', 1);
process.env.RELEVO_ROUNDS = String(numberFrom('RELEVO_ROUNDS', values.soak ? 50 : 5));
process.env.RELEVO_SEED = String(numberFrom('RELEVO_SEED', 1 + Math.floor(Math.random() * 0x7fff_fffe)));
const files = filesToRun(values.soak, positionals);
const seedLine = `RELEVO_SEED=${process.env.RELEVO_SEED} RELEVO_ROUNDS=${process.env.RELEVO_ROUNDS} repeats this run`;
const kubectlLine = prepare();
console.log(`${files.length} files; ${seedLine}`);

const tally: Tally = { tests: 0 };
const events = run({
  files,
  cwd: root,
  concurrency: Math.max(2, os.availableParallelism()),
  timeout: timeoutMs * factor * (values.soak ? 10 : 1),
  ...(values.only === undefined ? {} : { testNamePatterns: [new RegExp(values.only)] }),
});
events.on('test:fail', () => {
  process.exitCode = 1;
});
const report = Readable.from(withSlowest(events, { count: 10, tally, extra: () => [seedLine, kubectlLine] }));
report
  .pipe(new spec())
  .on('end', () => {
    if (tally.tests > 0) return;
    console.error('test: no test was found');
    process.exitCode = 1;
  })
  .pipe(process.stdout);

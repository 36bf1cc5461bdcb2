// npm run check: format, lint, types, dead code, architecture, generated documents. Everything runs at once; one line per part with its time, then what failed said.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { checkArchitecture } from './architecture/check.ts';

interface Outcome {
  readonly ok: boolean;
  /** What the tool said. */
  readonly output: string;
}

const root = path.join(import.meta.dirname, '..');

/** Runs a program of node_modules/.bin. */
function tool(name: string, ...args: string[]): () => Promise<Outcome> {
  return program(name, path.join(root, 'node_modules/.bin', name), args);
}

/** Runs a script of this clone. */
function script(file: string, ...args: string[]): () => Promise<Outcome> {
  return program(file, process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args]);
}

function program(name: string, file: string, args: readonly string[]): () => Promise<Outcome> {
  return () =>
    new Promise((resolve) => {
      // Their first line asks for `node`: the one that runs this, not the one on PATH.
      const env = {
        ...process.env,
        PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
      };
      const child = spawn(file, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      child.stderr.on('data', (chunk) => (output += chunk));
      child.on('error', (error) =>
        resolve({ ok: false, output: `${name} cannot be started: ${error.message}` }),
      );
      child.on('close', (code) => resolve({ ok: code === 0, output }));
    });
}

async function architecture(): Promise<Outcome> {
  const findings = checkArchitecture(root);
  return { ok: findings.length === 0, output: findings.join('\n') };
}

const parts: Record<string, () => Promise<Outcome>> = {
  format: tool('biome', 'format', '--max-diagnostics=50'),
  lint: tool('biome', 'check', '--formatter-enabled=false', '--error-on-warnings', '--max-diagnostics=50'),
  types: tool('tsc', '--project', '.'),
  'dead code': tool('knip', '--no-progress'),
  architecture,
  documents: script('scripts/generate-docs.ts', '--check'),
};

async function runPart(name: string, part: () => Promise<Outcome>): Promise<Outcome & { name: string }> {
  const start = performance.now();
  const outcome = await part();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${outcome.ok ? 'ok    ' : 'FAILED'}  ${name} (${seconds} s)`);
  return { name, ...outcome };
}

const outcomes = await Promise.all(Object.entries(parts).map(([name, part]) => runPart(name, part)));
const failed = outcomes.filter((outcome) => !outcome.ok);
for (const { name, output } of failed) console.error(`\n--- ${name}\n${output.trim()}`);
process.exitCode = failed.length === 0 ? 0 : 1;

// The architecture check: reads every import in src/ and says which break a rule of rooms.ts. One line per finding.

import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { cyclesOf } from './cycles.ts';
import { type Import, readImports } from './imports.ts';
import {
  generated,
  locator,
  longestFile,
  mayAlsoImport,
  mayImport,
  withoutNode,
  withoutPods,
} from './rooms.ts';

interface SourceFile {
  /** From the root, with slashes: `src/api/kind.ts`. */
  readonly name: string;
  readonly room: string;
  readonly isTest: boolean;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly locatesItself: boolean;
}

/** Checks the tree under `root` and returns one readable line per broken rule, in the order of the files' names. */
export function checkArchitecture(root: string): string[] {
  const files = globSync('src/**/*.ts', { cwd: root })
    .map((name) => readSource(root, name.split(path.sep).join('/')))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [...files.flatMap(checkFile), ...checkCycles(files)];
}

function readSource(root: string, name: string): SourceFile {
  const text = readFileSync(path.join(root, name), 'utf8');
  return {
    name,
    room: roomOf(name) ?? '',
    isTest: name.endsWith('.test.ts'),
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    ...readImports(name, text),
  };
}

/** `src/api/kind.ts` → `api`; undefined outside the rooms. */
function roomOf(name: string): string | undefined {
  return /^src\/([^/]+)\//.exec(name)?.[1];
}

function isGenerated(name: string): boolean {
  return generated.some((prefix) => name.startsWith(prefix));
}

function checkFile(file: SourceFile): string[] {
  const findings = file.imports.flatMap((imported) =>
    file.isTest ? [] : [...checkEdge(file, imported), ...checkPurity(file, imported)],
  );
  if (file.room === '') {
    findings.unshift(`${file.name}: lies in no room; move it into one of src/*/`);
  } else if (!Object.hasOwn(mayImport, file.room)) {
    findings.unshift(
      `${file.name}: the room ${file.room} is not in the table of scripts/architecture/rooms.ts`,
    );
  }
  if (file.lines > longestFile && !isGenerated(file.name)) {
    findings.push(
      `${file.name}: has ${file.lines} lines, at most ${longestFile} are allowed; split it by nouns`,
    );
  }
  if (file.locatesItself && !file.isTest && file.name !== locator) {
    findings.push(
      `${file.name}: asks where it lies, which differs in a built package; use entryUrl() of ${locator}, or import data`,
    );
  }
  return findings;
}

/** The file that a relative specifier leads to, from the root; undefined for packages and Node's own modules. */
function targetOf(file: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : undefined;
}

function checkEdge(file: SourceFile, imported: Import): string[] {
  const target = targetOf(file.name, imported.specifier);
  if (target === undefined) return [];
  if (target.endsWith('.test.ts')) return [`${file.name} → ${target}: only tests import tests`];
  const room = roomOf(target);
  if (room === undefined) {
    const isData = target.endsWith('.json');
    return isData ? [] : [`${file.name} → ${target}: what ships imports nothing outside src/`];
  }
  const allowed = [file.room, ...(mayImport[file.room] ?? []), ...(mayAlsoImport[file.name] ?? [])];
  if (allowed.includes(room)) return [];
  const others = allowed.slice(1).join(', ') || 'no other room';
  return [`${file.name} → ${target}: ${file.room} may import ${others}, not ${room}`];
}

function checkPurity(file: SourceFile, imported: Import): string[] {
  const findings: string[] = [];
  if (withoutNode.includes(file.room) && isBuiltin(imported.specifier)) {
    findings.push(`${file.name} → ${imported.specifier}: ${file.room} is pure, it imports nothing of Node`);
  }
  const pod = [path.posix.basename(imported.specifier), ...imported.names].find((name) =>
    /^V?\d*pods?/i.test(name),
  );
  if (withoutPods.includes(file.room) && pod !== undefined) {
    findings.push(`${file.name} → ${imported.specifier}: ${file.room} knows no Pod, but takes ${pod}`);
  }
  return findings;
}

function checkCycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map((file) => [
      file.name,
      file.imports.flatMap((imported) => targetOf(file.name, imported.specifier) ?? []),
    ]),
  );
  return cyclesOf(graph).map(
    (cycle) => `${cycle.join(' → ')}: imports go in a circle (type-only ones count)`,
  );
}

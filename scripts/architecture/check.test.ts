import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { checkArchitecture } from './check.ts';

/** What the check says about a tree of the given files. */
function findingsIn(files: Record<string, string>): string[] {
  const root = mkdtempSync(path.join(os.tmpdir(), 'relevo-architecture-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    return checkArchitecture(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Asserts exactly one finding that has all the words. */
function assertOneFinding(files: Record<string, string>, ...words: string[]): void {
  const findings = findingsIn(files);
  assert.equal(findings.length, 1, findings.join('\n'));
  for (const word of words) assert.ok(findings[0]?.includes(word), `"${word}" is not in: ${findings[0]}`);
}

const clock = { 'src/base/clock.ts': 'export type Clock = 1;\n' };
const store = { 'src/store/store.ts': 'export interface Store {}\n' };

test('a tree that keeps the directions has no findings', () => {
  const findings = findingsIn({
    ...clock,
    'src/api/kind.ts': "import type { Clock } from '../base/clock.ts';\nexport type Kind = Clock;\n",
    'src/apiserver/server.ts': "import '../store/store.ts';\nimport '../api/kind.ts';\nimport 'node:http';\n",
    ...store,
  });
  assert.deepEqual(findings, []);
});

const forbidden: Record<string, string> = {
  'a static import': "import { Store } from '../store/store.ts';",
  'a type-only import': "import type { Store } from '../store/store.ts';",
  'an inline type import': "import { type Store } from '../store/store.ts';",
  'an import for its effects': "import '../store/store.ts';",
  'a re-export': "export { Store } from '../store/store.ts';",
  'a type-only re-export of everything': "export type * from '../store/store.ts';",
  'a dynamic import': "export const load = () => import('../store/store.ts');",
  'an import inside a type': "export type S = import('../store/store.ts').Store;",
};
for (const [kind, line] of Object.entries(forbidden)) {
  test(`a forbidden edge is found in ${kind}`, () => {
    assertOneFinding(
      { ...store, 'src/controllers/loop.ts': `${line}\n` },
      'src/controllers/loop.ts → src/store/store.ts',
      'not store',
    );
  });
}

test('an import in a comment or in a text is not an import', () => {
  const text = "// import '../store/store.ts';\nexport const text = `import '../store/store.ts'`;\n";
  assert.deepEqual(findingsIn({ ...store, 'src/controllers/loop.ts': text }), []);
});

test('a test may import any room, but nothing that ships may import a test', () => {
  const files = { ...store, 'src/client/a.test.ts': "import '../store/store.ts';\n" };
  assert.deepEqual(findingsIn(files), []);
  assertOneFinding({ ...files, 'src/client/b.ts': "import './a.test.ts';\n" }, 'only tests import tests');
});

test('only the listed files of cli import daemon', () => {
  const daemon = { 'src/daemon/start.ts': 'export {};\n' };
  assert.deepEqual(findingsIn({ ...daemon, 'src/cli/up.ts': "import '../daemon/start.ts';\n" }), []);
  assertOneFinding(
    { ...daemon, 'src/cli/status.ts': "import '../daemon/start.ts';\n" },
    'src/cli/status.ts →',
  );
});

test('api imports nothing of Node, with or without the prefix', () => {
  assertOneFinding({ 'src/api/a.ts': "import 'node:fs';\n" }, 'src/api/a.ts → node:fs', 'pure');
  assertOneFinding({ 'src/api/a.ts': "import { join } from 'path';\n" }, 'src/api/a.ts → path', 'pure');
});

test('lb takes no Pod, neither a file of pods nor a type', () => {
  const api = {
    'src/api/core.ts': 'export type Pod = 1;\n',
    'src/api/pod-phase.ts': 'export type Phase = 1;\n',
  };
  assertOneFinding(
    { ...api, 'src/lb/model.ts': "import type { Pod } from '../api/core.ts';\n" },
    'takes Pod',
  );
  assertOneFinding({ ...api, 'src/lb/model.ts': "import '../api/pod-phase.ts';\n" }, 'takes pod-phase.ts');
});

test('a cycle is found, one made of types only too, and shown as its shortest way round', () => {
  assertOneFinding(
    {
      'src/api/a.ts': "import type { B } from './b.ts';\nexport type A = B;\n",
      'src/api/b.ts': "import type { C } from './c.ts';\nexport type B = C;\n",
      'src/api/c.ts': "import type { A } from './a.ts';\nexport type C = A;\n",
      'src/api/d.ts': "import type { A } from './a.ts';\nexport type D = A;\n",
    },
    'src/api/a.ts → src/api/b.ts → src/api/c.ts → src/api/a.ts',
  );
});

test('a room that is not in the table, and a file in no room, are refused', () => {
  assertOneFinding({ 'src/attic/box.ts': 'export {};\n' }, 'src/attic/box.ts', 'attic');
  assertOneFinding({ 'src/loose.ts': 'export {};\n' }, 'src/loose.ts', 'no room');
});

test('a file of more than 400 lines is refused, unless it is generated', () => {
  assert.deepEqual(findingsIn({ 'src/api/a.ts': '//\n'.repeat(400) }), []);
  assertOneFinding({ 'src/api/a.ts': '//\n'.repeat(401) }, '401 lines');
  assert.deepEqual(findingsIn({ 'src/api/generated/types.ts': '//\n'.repeat(401) }), []);
});

test('nothing that ships imports from outside src, data excepted', () => {
  assertOneFinding({ 'src/cli/a.ts': "import '../../tests/support/x.ts';\n" }, 'outside src/');
  assert.deepEqual(
    findingsIn({ 'src/cli/a.ts': "import p from '../../package.json' with { type: 'json' };\n" }),
    [],
  );
});

test('only one file asks where it lies', () => {
  const text = 'export const here = new URL("x", import.meta.url);\n';
  assert.deepEqual(findingsIn({ 'src/base/entry.ts': text, 'src/base/a.test.ts': text }), []);
  assertOneFinding({ 'src/base/other.ts': text }, 'src/base/other.ts', 'entryUrl()');
});

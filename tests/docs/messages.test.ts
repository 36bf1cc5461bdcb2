// Proves that the messages in the troubleshooting guides are those that the program has: who searches for one finds it.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** What others say: kubectl, the resolver. */
const ofOthers = /^## kubectl$[\s\S]*/m;
const unknownHere = ['could not resolve host'];

function programText(): string {
  const files = ['src/**/*.ts', 'scripts/*.sh', 'node_modules/commander/lib/*.js'];
  return globSync(files, { cwd: root, exclude: ['**/*.test.ts'] })
    .map(textOf)
    .join('\n');
}

/** The code in the first cells of the tables. */
function messagesIn(guide: string): string[] {
  const rows = guide.replace(ofOthers, '').matchAll(/^\|([^|]*)\|/gm);
  return [...rows].flatMap(([, cell]) =>
    [...String(cell).matchAll(/`([^`]+)`/g)].map(([, code]) => String(code)),
  );
}

/** The fixed parts of a message: between `…`, numbers and placeholders in capitals. */
function partsOf(message: string): string[] {
  const parts = message
    .split(/…|\d+(?:\/\d+)?|(?:\b[A-Z]{4,}\b:?)+/)
    .map((part) => part.replace(/^[\s"':;,.()]+|[\s"':;,.()]+$/g, ''));
  return parts.filter((part) => part.length >= 6 && !unknownHere.includes(part));
}

for (const guide of ['docs/guides/troubleshooting.md', 'docs/guides/troubleshooting.es.md']) {
  test(`${guide}: every message is one of the program's`, () => {
    const source = programText();
    const messages = messagesIn(textOf(guide));
    assert.ok(messages.length > 50, 'the tables are read');
    const missing = messages.filter((message) => partsOf(message).some((part) => !source.includes(part)));
    assert.deepEqual(missing, []);
  });
}

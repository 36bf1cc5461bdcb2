// Generates src/api/generated/messages.json, the field numbers of Kubernetes' protobuf messages, from a kubectl:
//   node scripts/generate-wire.ts /usr/bin/kubectl     (1.32; `--check` writes nothing and fails when the file is not fresh)
// A program written in Go carries the descriptors of the messages that it can send; nothing has to be fetched.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import json from '../src/api/generated/definitions.json' with { type: 'json' };
import { readDescriptors } from './generate-wire/descriptors.ts';
import { type Definitions, messageTable } from './generate-wire/message-table.ts';

const file = join(import.meta.dirname, '../src/api/generated/messages.json');
const [program] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));

if (program === undefined) {
  console.error('usage: node scripts/generate-wire.ts KUBECTL [--check]');
  process.exit(2);
}

const definitions = json as unknown as Definitions;
const table = messageTable(readDescriptors(readFileSync(program)), definitions);
const lines = Object.entries(table).map(
  ([name, fields]) => `${JSON.stringify(name)}: ${JSON.stringify(fields)}`,
);
const printed = `{\n${lines.join(',\n')}\n}\n`;

if (!process.argv.includes('--check')) writeFileSync(file, printed);
else if (readFileSync(file, 'utf8') !== printed) {
  console.error('src/api/generated/messages.json is not fresh: run node scripts/generate-wire.ts KUBECTL');
  process.exitCode = 1;
}

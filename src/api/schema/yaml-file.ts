// Reads a YAML file that has a schema: unknown fields and values that do not fit are found, each with its line, and defaults filled in.

import { LineCounter, parseDocument } from 'yaml';
import type { Schema } from '../schema.ts';
import { applySchemaDefaults } from './default-values.ts';
import { FileFaults } from './file-faults.ts';
import { validateStructure } from './structural.ts';
import { findUnknownFields } from './unknown-fields.ts';

export interface YamlFile<T> {
  readonly value: T;
  readonly lineOf: LineOf;
}

/** `FILE:LINE` of a field such as `backends[0].servers[1].address`, or of the nearest one around it that is there. */
export type LineOf = (field: string) => string;

/**
 * `file` is what faults call it; `what` says in a few words what such a file is ("a map with frontends and backends"). The value is as the
 * schema says and has its defaults. Throws FileFaults with everything that is wrong with its form.
 */
export function readYamlFile<T>(source: string, file: string, schema: Schema, what: string): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const syntax = document.errors.map(
    ({ pos, message }) => `${at(pos[0])}: not valid YAML: ${firstLine(message)}`,
  );
  if (syntax.length > 0) throw new FileFaults(syntax);
  const lineOf: LineOf = (field) => at(offsetOf(document, stepsOf(field)));
  const value: unknown = parsed(document, file) ?? {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new FileFaults([`${file}:1: this is not ${what}`]);
  const unknown = findUnknownFields(schema, value).map((fault) => {
    const field = /"(.*)"$/.exec(fault)?.[1] ?? '';
    return `${lineOf(field)}: ${fault}`;
  });
  applySchemaDefaults(schema, value);
  const wrong = validateStructure(schema, value).map(
    ({ field, message }) =>
      `${lineOf(field)}: ${message.startsWith(field) ? message : `${field}: ${message}`}`,
  );
  if (unknown.length + wrong.length > 0) throw new FileFaults([...unknown, ...wrong]);
  return { value: value as T, lineOf };
}

/** Aliases that lead nowhere, or to more than any file needs, only show here. */
function parsed(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new FileFaults([`${file}: not valid YAML: ${firstLine((cause as Error).message)}`], { cause });
  }
}

function stepsOf(field: string): (string | number)[] {
  const steps = field.matchAll(/([^.[\]]+)|\[(\d+)\]/g);
  return [...steps].map(([, name, index]) => (index === undefined ? String(name) : Number(index)));
}

interface Ranged {
  range?: [number, number, number] | null;
}

function offsetOf(document: ReturnType<typeof parseDocument>, steps: (string | number)[]): number {
  for (let length = steps.length; length > 0; length--) {
    const node = document.getIn(steps.slice(0, length), true) as Ranged | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}

// Reads the configuration file of `relevo lb run`: YAML, checked against its schema, every fault with its line.

import { LineCounter, parseDocument } from 'yaml';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import { validateStructure } from '../../api/schema/structural.ts';
import { findUnknownFields } from '../../api/schema/unknown-fields.ts';
import { lbConfigSchema } from './config-schema.ts';
import type { LbConfig } from './config-types.ts';

/** What is wrong with a file, as lines that begin with `FILE:LINE: `. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.faults = faults;
  }
}

/** `file` is what faults call it. Throws ConfigError with everything that is wrong with its form. */
export function readConfig(source: string, file: string): { config: LbConfig; lineOf: LineOf } {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const syntax = document.errors.map(
    ({ pos, message }) => `${at(pos[0])}: not valid YAML: ${firstLine(message)}`,
  );
  if (syntax.length > 0) throw new ConfigError(syntax);
  const lineOf: LineOf = (field) => at(offsetOf(document, stepsOf(field)));
  const config: unknown = document.toJS() ?? {};
  if (typeof config !== 'object' || Array.isArray(config)) {
    throw new ConfigError([`${file}:1: a configuration is a map with frontends and backends`]);
  }
  const unknown = findUnknownFields(lbConfigSchema, config).map((fault) => {
    const field = /"(.*)"$/.exec(fault)?.[1] ?? '';
    return `${lineOf(field)}: ${fault}`;
  });
  applySchemaDefaults(lbConfigSchema, config);
  const wrong = validateStructure(lbConfigSchema, config).map(
    ({ field, message }) =>
      `${lineOf(field)}: ${message.startsWith(field) ? message : `${field}: ${message}`}`,
  );
  if (unknown.length + wrong.length > 0) throw new ConfigError([...unknown, ...wrong]);
  return { config: config as LbConfig, lineOf };
}

/** `FILE:LINE` of a field such as `backends[0].servers[1].address`, or of the nearest one around it that is there. */
export type LineOf = (field: string) => string;

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

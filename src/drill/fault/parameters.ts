// What drills may write under `with:` of a fault, as schema, and how it is read. Each fault takes of it what it needs.

import { durationMs } from '../../api/measures.ts';
import { choice, count, duration, fields, percent, text } from '../../api/relevo/field-schemas.ts';
import type { Schema } from '../../api/schema.ts';
import type { Parameters } from './fault.ts';

export type Role = 'primary' | 'backup' | 'any';

const role = choice(['primary', 'backup', 'any'], 'Of which replicas.', { default: 'primary' });
const some = {
  count: count('How many, chosen by the seed. Without it one.', { maximum: 10_000 }),
};

/** Of faults that hit replicas. */
export const podParameters: Readonly<Record<string, Schema>> = {
  ...some,
  share: percent('How many of them, rounded down, one at least, instead of a count.'),
  role,
  pod: text('The name of one replica, instead of chance.', { minLength: 1 }),
  node: text('Only replicas on this node.', { minLength: 1 }),
};

/** Of faults that hit nodes. */
export const nodeParameters: Readonly<Record<string, Schema>> = {
  ...some,
  share: percent('How many of all ready nodes, rounded down, one at least, instead of a count.'),
  role: { ...role, description: 'Nodes that have such replicas of the target are chosen before others.' },
  node: text('The name of one node, instead of chance.', { minLength: 1 }),
};

export function timeout(description: string, value: string): Readonly<Record<string, Schema>> {
  return { timeout: duration(description, { default: value }) };
}

export function words(description: string, more: Schema = {}): Schema {
  return { type: 'array', description, items: { type: 'string' }, minItems: 1, ...more };
}

/** The schema of all parameters of a fault. */
export function parametersOf(
  name: string,
  properties: Readonly<Record<string, Schema>>,
  more: Schema = {},
): Schema {
  return fields(`Of ${name}.`, { ...properties }, more);
}

/** Undefined where it is left out. */
export function textIn(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  return value === undefined ? undefined : String(value);
}

/** Milliseconds. */
export function durationIn(parameters: Parameters, name: string, otherwise: string): number {
  return durationMs(textIn(parameters, name) ?? otherwise);
}

export function flagIn(parameters: Parameters, name: string): boolean {
  return parameters[name] === true;
}

export function countIn(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  return value === undefined ? undefined : Number(value);
}

export function roleIn(parameters: Parameters): Role {
  const value = textIn(parameters, 'role');
  return value === 'backup' || value === 'any' ? value : 'primary';
}

export function wordsIn(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name];
  return Array.isArray(value) ? value.map(String) : [];
}

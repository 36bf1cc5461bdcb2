// Validation shown as a table: a change to a valid object, and the error that must come of it. One test for each row.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FieldError } from '../../src/api/field-error.ts';
import type { Kind } from '../../src/api/kind.ts';

/** A change (in place), and the error: its field, its type without `FieldValue`, its text without what the type says. */
export type RuleRow<T> = [
  rule: string,
  change: (object: T) => void,
  field: string,
  type:
    | 'Required'
    | 'Invalid'
    | 'NotSupported'
    | 'Forbidden'
    | 'Duplicate'
    | 'NotFound'
    | 'TooLong'
    | 'TooMany',
  message: string,
];

function expectError(errors: FieldError[], [, , field, type, message]: RuleRow<never>): void {
  const found = errors.some(
    (error) => error.field === field && error.type === `FieldValue${type}` && error.message === message,
  );
  assert.ok(found, `expected ${field}: ${message}\nfound ${JSON.stringify(errors, null, 2)}`);
}

/** A valid object as it would be stored. */
export function created<T extends object>(kind: Kind<T>, object: T): T {
  const copy = structuredClone(object);
  kind.prepareCreate?.(copy);
  kind.defaults?.(copy);
  return copy;
}

/** Rules that every write is checked against. */
export function ruleTable<T extends object>(kind: Kind<T>, valid: T, rows: RuleRow<T>[]): void {
  describe(`${kind.apiVersion} ${kind.kind}`, () => {
    it('accepts the valid object', () => {
      assert.deepEqual(kind.validate?.(created(kind, valid)) ?? [], []);
    });
    for (const row of rows) {
      it(row[0], () => {
        const object = structuredClone(valid);
        row[1](object);
        expectError(kind.validate?.(created(kind, object)) ?? [], row as RuleRow<never>);
      });
    }
  });
}

/** Rules about what an update may change. */
export function updateTable<T extends object>(kind: Kind<T>, valid: T, rows: RuleRow<T>[]): void {
  describe(`update of ${kind.apiVersion} ${kind.kind}`, () => {
    it('accepts the same object again', () => {
      const old = created(kind, valid);
      assert.deepEqual(kind.validateUpdate?.(structuredClone(old), old) ?? [], []);
    });
    for (const row of rows) {
      it(row[0], () => {
        const old = created(kind, valid);
        const object = structuredClone(old);
        row[1](object);
        kind.prepareUpdate?.(object, old);
        kind.defaults?.(object);
        expectError(kind.validateUpdate?.(object, old) ?? [], row as RuleRow<never>);
      });
    }
  });
}

/** A change that sets one field: `spec.ports[0].name`. Undefined removes it. */
export function set(path: string, value: unknown): (object: object) => void {
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '');
  const last = keys.pop() ?? '';
  return (object) => {
    // biome-ignore lint/suspicious/noExplicitAny: a path may lead anywhere
    const parent = keys.reduce((at: any, key) => (at[key] ??= {}), object);
    if (value === undefined) delete parent[last];
    else parent[last] = value;
  };
}

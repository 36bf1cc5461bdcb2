import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compileJsonPath } from './json-path.ts';
import { JsonPathError } from './json-path-parser.ts';

const value = {
  spec: { replicas: 3, 'a.b': 'dotted', list: [10, 20, 30, 40], image: 'web:1' },
  metadata: { annotations: { 'example.com/size': 'big' } },
  status: {
    ready: true,
    conditions: [
      { type: 'Accepted', status: 'True', weight: 1 },
      { type: 'Ready', status: 'False', weight: 2, message: 'it is not' },
    ],
  },
};

const rows: [path: string, found: unknown[]][] = [
  ['.spec.replicas', [3]],
  ['$.spec.replicas', [3]],
  ['.spec.missing', []],
  ['.spec.missing.deeper', []],
  ['.spec.replicas.deeper', []],
  ['.', [value]],
  [".spec['a.b']", ['dotted']],
  ['.spec["a.b"]', ['dotted']],
  ['.spec.a\\.b', ['dotted']],
  ['.metadata.annotations.example\\.com/size', ['big']],
  ['.spec.list[0]', [10]],
  ['.spec.list[-1]', [40]],
  ['.spec.list[9]', []],
  ['.spec.list[-9]', []],
  ['.spec.list[1:3]', [20, 30]],
  ['.spec.list[:2]', [10, 20]],
  ['.spec.list[-2:]', [30, 40]],
  ['.spec.list[::2]', [10, 30]],
  ['.spec.list[*]', [10, 20, 30, 40]],
  ['.spec.list[0,2]', [10, 30]],
  [".spec['replicas','image']", [3, 'web:1']],
  ['.status.*', [true, value.status.conditions]],
  ['..type', ['Accepted', 'Ready']],
  ['.status.conditions[?(@.type=="Ready")].status', ['False']],
  [".status.conditions[?(@.type=='Ready')].status", ['False']],
  ['.status.conditions[?( @.type == "Ready" )].status', ['False']],
  ['.status.conditions[?(@.type!="Ready")].status', ['True']],
  ['.status.conditions[?(@.weight>1)].type', ['Ready']],
  ['.status.conditions[?(@.weight<=1)].type', ['Accepted']],
  ['.status.conditions[?(@.weight>"1")].type', []],
  ['.status.conditions[?(@.message)].type', ['Ready']],
  ['.status.conditions[?(@.type=="Gone")].status', []],
  ['.spec[?(@.type=="Ready")]', []],
  ['.toString', []],
];

describe('the JSONPath of definitions', () => {
  for (const [path, found] of rows) {
    it(`reads ${path}`, () => assert.deepEqual(compileJsonPath(path)(value), found));
  }

  for (const path of [
    '.spec[',
    '.spec[?(@.a==)]',
    '.a b',
    '..',
    '.spec[0:4:0]',
    '.spec[x]',
    ".a['b]",
    '.a..',
  ]) {
    it(`refuses ${path}`, () => assert.throws(() => compileJsonPath(path), JsonPathError));
  }

  it('either compiles or says what is wrong, and never fails on a value', () => {
    const piece = fc.constantFrom(
      '.',
      '..',
      'a',
      '[',
      ']',
      '0',
      ':',
      '?(',
      '@',
      ')',
      '==',
      "'x'",
      '*',
      ',',
      '\\',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.jsonValue(), (pieces, json) => {
        try {
          assert.ok(Array.isArray(compileJsonPath(pieces.join(''))(json)));
        } catch (error) {
          assert.ok(error instanceof JsonPathError, String(error));
        }
      }),
    );
  });

  it('reads any name that is escaped', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (name) => {
        const quoted = name.replaceAll(/[\\']/g, '\\$&');
        assert.deepEqual(
          compileJsonPath(`['${quoted}']`)({ [name]: 1, other: 2 }),
          name === 'other' ? [2] : [1],
        );
      }),
    );
  });
});

// Whatever the text, the reader gives a plan or a PlanError.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hashTree, jmxElement, jmxText, planOf } from '../../../tests/support/load/jmx-plans.ts';
import { PlanError } from '../plan/plan-error.ts';
import { readJmx } from './read-jmx.ts';

const saved = [
  'shop-2.13.jmx',
  'requests-5.6.jmx',
  'checks-5.6.jmx',
  'controllers-5.6.jmx',
  'scopes-5.6.jmx',
];

function readsOrRefuses(text: string): void {
  try {
    const { plan } = readJmx(text, 'plan.jmx', { readFile: () => jmxText('fragment-5.6.jmx') });
    // It goes to worker processes as JSON.
    assert.deepEqual(JSON.parse(JSON.stringify(plan)), plan);
  } catch (error) {
    assert.ok(error instanceof PlanError, String(error));
    assert.ok(error.faults.every((fault) => /^[\w.-]+:\d+: /.test(fault)));
  }
}

/** Names and values as plans have them, and others. */
const classNames = [
  ...new Set(
    saved.flatMap((name) =>
      [...jmxText(name).matchAll(/testclass="(\w+)"/g)].map(([, found]) => found ?? ''),
    ),
  ),
];
const propertyNames = [
  ...new Set(
    saved.flatMap((name) => [...jmxText(name).matchAll(/ name="([\w.]+)"/g)].map(([, found]) => found ?? '')),
  ),
];
const value = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '1',
    'true',
    'false',
    '${x}',
    'shareMode.all',
    'constructor',
    '__proto__',
    '99999999999999999999',
  ),
  fc.string({ maxLength: 8 }),
);
const element = fc
  .record({
    className: fc.constantFrom(
      ...classNames,
      'ModuleController',
      'IncludeController',
      'PreciseThroughputTimer',
      'Unknown',
    ),
    properties: fc.dictionary(fc.constantFrom(...propertyNames), value, { maxKeys: 6 }),
  })
  .map(({ className, properties }) => jmxElement(className, 'Element', properties));
const nested = fc.letrec<{ node: string[] }>((tie) => ({
  node: fc
    .array(
      fc
        .tuple(element, fc.option(tie('node'), { depthSize: 'small' }))
        .map(([own, below]) => [own, hashTree(below ?? [])]),
      { maxLength: 4 },
    )
    .map((nodes) => nodes.flat()),
})).node;

describe('the reader of .jmx files', () => {
  it('takes or refuses a saved plan of which a piece is missing or doubled', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...saved),
        fc.nat(),
        fc.nat(200),
        fc.boolean(),
        (name, at, length, doubled) => {
          const text = jmxText(name);
          const start = at % text.length;
          const end = Math.min(text.length, start + length);
          readsOrRefuses(
            text.slice(0, start) + text.slice(start, end).repeat(doubled ? 2 : 0) + text.slice(end),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('takes or refuses a saved plan of which a value has changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...saved), fc.nat(), value, (name, at, text) => {
        const values = [...jmxText(name).matchAll(/>([^<>\n]+)</g)];
        const { index, 1: old = '' } = values[at % values.length] as RegExpExecArray;
        const before = jmxText(name).slice(0, index + 1);
        const escaped = text.replace(/[<&]/g, (character) => `&#${character.charCodeAt(0)};`);
        readsOrRefuses(before + escaped + jmxText(name).slice(before.length + old.length));
      }),
      { numRuns: 150 },
    );
  });

  it('takes or refuses any tree of elements with any properties', () => {
    fc.assert(
      fc.property(nested, (nodes) => {
        readsOrRefuses(planOf(jmxElement('ThreadGroup', 'Group'), hashTree(nodes), ...nodes));
      }),
      { numRuns: 300 },
    );
  });

  it('refuses what is no plan at all', () => {
    fc.assert(fc.property(fc.string(), (text) => readsOrRefuses(text)));
    fc.assert(fc.property(fc.string(), (text) => readsOrRefuses(`<jmeterTestPlan>${text}</jmeterTestPlan>`)));
  });
});

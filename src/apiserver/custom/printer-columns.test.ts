import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnyObject } from '../../api/object.ts';
import { printerColumns } from './printer-columns.ts';

const created = '2030-01-01T00:00:00Z';
const now = Date.parse(created) + 5 * 60_000;
const object = {
  metadata: { name: 'a', creationTimestamp: created },
  spec: { size: 2.9, on: true, text: 'x', map: { a: [1] }, when: 'soon', nothing: null },
} as unknown as AnyObject;

function cell(type: string, jsonPath: string) {
  return printerColumns([{ name: 'X', type, jsonPath }])[1]?.value(object, now);
}

describe('the columns of a custom kind', () => {
  it('are name and age when the definition lists none', () => {
    const columns = printerColumns([]);
    assert.deepEqual(
      columns.map(({ name, value }) => [name, value(object, now)]),
      [
        ['Name', 'a'],
        ['Age', '5m'],
      ],
    );
  });

  it('are the name and exactly what the definition lists', () => {
    const columns = printerColumns([
      { name: 'Size', type: 'number', jsonPath: '.spec.size', priority: 5, description: 'How big.' },
    ]);
    const shown = columns.map(({ name, priority }) => [name, priority]);
    assert.deepEqual(shown, [
      ['Name', undefined],
      ['Size', 1],
    ]);
  });

  it('are name and age when a path cannot be read', () => {
    const columns = printerColumns([{ name: 'Size', type: 'number', jsonPath: '.spec[' }]);
    assert.deepEqual(
      columns.map(({ name }) => name),
      ['Name', 'Age'],
    );
  });

  const cells: [type: string, path: string, shown: unknown][] = [
    ['string', '.spec.text', 'x'],
    ['string', '.spec.size', '2.9'],
    ['string', '.spec.on', 'true'],
    ['string', '.spec.map', '{"a":[1]}'],
    ['string', '.spec.missing', null],
    ['string', '.spec.nothing', null],
    ['integer', '.spec.size', 2],
    ['integer', '.spec.text', null],
    ['number', '.spec.size', 2.9],
    ['number', '.spec.text', null],
    ['boolean', '.spec.on', true],
    ['boolean', '.spec.text', null],
    ['date', '.metadata.creationTimestamp', '5m'],
    ['date', '.spec.when', '<invalid>'],
    ['date', '.spec.size', null],
    ['date', '.spec.missing', null],
  ];
  for (const [type, path, shown] of cells) {
    it(`show ${path} as ${type} ${JSON.stringify(shown)}`, () => assert.equal(cell(type, path), shown));
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meta } from '../../../tests/support/objects.ts';
import type { V1ConfigMap } from '../../api/generated/types.ts';
import { longestPage, readSorryPage } from './sorry-page.ts';

function read(data: Record<string, string> | undefined, key = 'index.html') {
  const configMap: V1ConfigMap | undefined = data && {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: meta('sorry'), data },
  };
  return readSorryPage(configMap, { name: 'sorry', key }, 7);
}

test('the entry that is named is the default, and those beside it are variants', () => {
  const data = {
    ...{ 'index.txt': 'text', 'index.es.html': 'hola', 'index.html': 'hello', 'index.json': '{}' },
    ...{ 'index.en-GB.txt': 'cheers', 'other.html': 'other', 'index.css': 'no' },
  };
  assert.deepEqual(read(data), {
    page: {
      retryAfterSeconds: 7,
      variants: [
        { contentType: 'text/html', body: 'hello' },
        { contentType: 'text/plain', language: 'en-GB', body: 'cheers' },
        { contentType: 'text/html', language: 'es', body: 'hola' },
        { contentType: 'application/json', body: '{}' },
        { contentType: 'text/plain', body: 'text' },
      ],
    },
  });
});

test('an entry with another ending is HTML, alone', () => {
  assert.deepEqual(read({ page: 'hello', 'page.html': 'other' }, 'page'), {
    page: { retryAfterSeconds: 7, variants: [{ contentType: 'text/html', body: 'hello' }] },
  });
});

const faults: [what: string, data: Record<string, string> | undefined, fault: string][] = [
  ['no ConfigMap', undefined, 'SorryPageMissing'],
  ['no such entry', { 'index.txt': 'text' }, 'SorryPageMissing'],
  ['too large a page', { 'index.html': 'x'.repeat(longestPage + 1) }, 'SorryPageTooLarge'],
  [
    'too large a variant',
    { 'index.html': '', 'index.es.html': 'ñ'.repeat(longestPage / 2 + 1) },
    'SorryPageTooLarge',
  ],
];
for (const [what, data, fault] of faults) {
  test(`${what} is a fault`, () => {
    const reading = read(data);
    assert.equal('fault' in reading && reading.fault, fault);
  });
}

test('a page may be as large as the limit', () => {
  assert.ok('page' in read({ 'index.html': 'x'.repeat(longestPage) }));
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makePod } from '../../tests/support/objects.ts';
import { AnnotationReader, annotation } from './annotations.ts';
import type { Note } from './note.ts';

/** What is read, and how many annotations made no sense. */
function read<T>(name: string, text: string, how: (reader: AnnotationReader) => T): [T, number] {
  const pod = makePod('a');
  pod.metadata.annotations = { [name]: text };
  const notes: Note[] = [];
  const value = how(new AnnotationReader(pod, notes));
  assert.ok(notes.every(({ message, reason }) => reason === 'InvalidAnnotation' && message.includes(name)));
  return [value, notes.length];
}

test('weights are whole numbers from 0 to 256, else 1', () => {
  const weights = ['0', '256', '7', '257', '-1', '1.5', 'much', ''].map(
    (text) => read(annotation.weight, text, (reader) => reader.weight())[0],
  );
  assert.deepEqual(weights, [0, 256, 7, 1, 1, 1, 1, 1]);
});

test('states are ready, drain and maint, else ready', () => {
  const states = ['ready', 'drain', 'maint', 'departing', 'Maint'].map((text) =>
    read(annotation.state, text, (reader) => reader.state()),
  );
  assert.deepEqual(states, [
    ['ready', 0],
    ['drain', 0],
    ['maint', 0],
    ['ready', 1],
    ['ready', 1],
  ]);
});

test('flags are true or false, else not written', () => {
  const flags = ['true', 'false', 'yes', ''].map((text) =>
    read(annotation.sslRedirect, text, (reader) => reader.flag(annotation.sslRedirect)),
  );
  assert.deepEqual(flags, [
    [true, 0],
    [false, 0],
    [undefined, 1],
    [undefined, 0],
  ]);
});

test('sizes are quantities', () => {
  const size = (text: string) =>
    read(annotation.bodyLimit, text, (reader) => reader.bytes(annotation.bodyLimit));
  assert.deepEqual(size('1Mi'), [1_048_576, 0]);
  assert.deepEqual(size('much'), [undefined, 1]);
});

test('ranges are CIDRs and addresses, and what is none is left out', () => {
  const text = '10.0.0.0/8, 192.168.1.1\nfd00::1  nonsense';
  assert.deepEqual(
    read(annotation.trustedProxies, text, (reader) => reader.ranges(annotation.trustedProxies)),
    [['10.0.0.0/8', '192.168.1.1/32', 'fd00::1/128'], 1],
  );
});

test('headers are set, added and removed by line, and what cannot be a header is left out', () => {
  const text = [
    'X-A: one',
    '+X-B:two words ',
    '-X-C',
    'X-Empty:',
    '-X-D: value',
    'no colon',
    'bad name: x',
    'X-E: \u0007',
  ].join('\n');
  const [rules, refused] = read(annotation.requestHeaders, text, (reader) =>
    reader.headers(annotation.requestHeaders),
  );
  assert.deepEqual(rules, [
    { action: 'set', name: 'X-A', value: 'one' },
    { action: 'add', name: 'X-B', value: 'two words' },
    { action: 'remove', name: 'X-C' },
    { action: 'set', name: 'X-Empty', value: '' },
  ]);
  assert.equal(refused, 4);
});

test('whatever is written as headers, nothing of it can end a line or a head', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', ':', ' ', '\t', '\r', '\n', '-', '+', '\0', 'é', '\u2028'),
  });
  fc.assert(
    fc.property(text, (lines) => {
      const [rules] = read(annotation.responseHeaders, lines, (reader) =>
        reader.headers(annotation.responseHeaders),
      );
      for (const rule of rules) {
        assert.match(rule.name, /^[a+-]+$/);
        if (rule.action !== 'remove') assert.match(rule.value, /^[\ta :é+-]*$/);
      }
    }),
  );
});

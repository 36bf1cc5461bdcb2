import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonPathOf } from './compiled-json-path.ts';
import { JsonDocument } from './json-document.ts';
import { JsonPathError } from './json-path.ts';
import { type Json, javaDouble, jsonText, parseJson } from './json-text.ts';

const store = parseJson(`{
  "store": {
    "book": [
      { "category": "reference", "title": "Sayings", "price": 8.95 },
      { "category": "fiction", "title": "Sword", "price": 12.99, "isbn": "0-1" },
      { "category": "fiction", "title": "Moby", "price": 8, "isbn": "0-2", "tags": ["a", "b"] }
    ],
    "bicycle": { "color": "red", "price": 19.95 }
  },
  "empty": [], "none": null, "odd.name": 1, "big": 12345678901234567890, "one": 1.0
}`);

/** What Jayway's JSONPath gives, texts joined. */
const paths: readonly (readonly [path: string, values: string])[] = [
  ['$.store.bicycle.color', 'red'],
  ['store.bicycle.color', 'red'],
  ['$.store.book[0].title', 'Sayings'],
  ["$['store']['book'][1]['title']", 'Sword'],
  ['$["odd.name"]', '1'],
  ['$.store.book[*].title', 'Sayings Sword Moby'],
  ['$..title', 'Sayings Sword Moby'],
  ['$.store.book[-1].title', 'Moby'],
  ['$.store.book[-1:].title', 'Moby'],
  ['$.store.book[:2].title', 'Sayings Sword'],
  ['$.store.book[1:].title', 'Sword Moby'],
  ['$.store.book[0,2].title', 'Sayings Moby'],
  ["$.store.book[0]['title','price']", 'Sayings 8.95'],
  ['$.store..price', '8.95 12.99 8 19.95'],
  ['$.store.*.color', 'red'],
  ['$..book[2].tags', '["a","b"]'],
  ['$.store.book[?(@.isbn)].title', 'Sword Moby'],
  ['$.store.book[?(!(@.isbn))].title', 'Sayings'],
  ['$.store.book[?(@.price < 10)].title', 'Sayings Moby'],
  ["$.store.book[?(@.category == 'fiction' && @.price < 10)].title", 'Moby'],
  ["$.store.book[?(@.price > 10 || @.title == 'Moby')].title", 'Sword Moby'],
  ['$.store.book[?(@.title =~ /s.*/i)].title', 'Sayings Sword'],
  ["$.store.book[?(@.category in ['reference', 'poetry'])].title", 'Sayings'],
  ["$.store.book[?(@.tags contains 'a')].title", 'Moby'],
  ['$.store.book[?(@.price > $.store.book[0].price)].title', 'Sword'],
  ["$.store.book[?(@['price'] == '8')].title", 'Moby'],
  ['$.store.book.length()', '3'],
  ['$.store.book[*].price.max()', '12.99'],
  ['$.store.bicycle.keys()', '["color","price"]'],
  ['$.none', 'null'],
  ['$.big', '12345678901234567890'],
  ['$.one', '1.0'],
  ['$.empty', '[]'],
  ['$.empty[*]', ''],
  ['$..nothing', ''],
  ['$.store.bicycle', '{"color":"red","price":19.95}'],
];

test('paths lead where Jayway says', () => {
  for (const [path, values] of paths)
    assert.equal(jsonPathOf(path).find(store).map(jsonText).join(' '), values, path);
});

test('what is missing on a definite path is said in its words', () => {
  for (const [path, message] of [
    ['$.nope', "No results for path: $['nope']"],
    ['$.nope.more', "Missing property in path $['nope']"],
    ['$.nope[*].more', "Missing property in path $['nope']"],
    ['$.store.book[9]', "No results for path: $['store']['book'][9]"],
  ] as const) {
    assert.throws(() => jsonPathOf(path).find(store), { message }, path);
  }
});

test('what is no path is said', () => {
  for (const path of [
    '$.',
    '$[',
    '$.a[?(@.b ==)]',
    '$.a[?(@.b',
    '$.a]',
    '$[?(1)]',
    `$${'[?(!'.repeat(200)}`,
  ]) {
    assert.throws(() => jsonPathOf(path), JsonPathError, path);
  }
});

test('numbers keep their digits, and fractions look like those of Java', () => {
  for (const [text, shown] of [
    ['9007199254740993', '9007199254740993'],
    ['1.50', '1.5'],
    ['1e3', '1000.0'],
    ['1e10', '1.0E10'],
    ['0.0001', '1.0E-4'],
    ['-0.5', '-0.5'],
    ['{"a":[1.0,"x/y",true]}', '{"a":[1.0,"x/y",true]}'],
  ] as const) {
    assert.equal(jsonText(parseJson(text)), shown);
  }
  assert.equal(javaDouble(0), '0.0');
});

test('any value is found by the path to it', () => {
  const name = fc.string({ minLength: 1, maxLength: 5 }).filter((one) => one !== '__proto__');
  fc.assert(
    fc.property(fc.array(fc.oneof(name, fc.nat(3)), { maxLength: 5 }), fc.jsonValue(), (steps, leaf) => {
      let document = JSON.parse(JSON.stringify(leaf)) as Json;
      for (const step of steps.toReversed()) {
        document = typeof step === 'number' ? [...Array(step).fill(null), document] : { [step]: document };
      }
      const quoted = (step: string) => `['${step.replace(/['\\]/g, '\\$&')}']`;
      const path = `$${steps.map((step) => (typeof step === 'number' ? `[${step}]` : quoted(step))).join('')}`;
      assert.deepEqual(jsonPathOf(path).find(document), [JSON.parse(JSON.stringify(leaf))]);
    }),
  );
});

test('an answer cannot exhaust the stack', () => {
  const lists = '['.repeat(100_000) + ']'.repeat(100_000);
  const deep = new JsonDocument(lists);
  for (const path of ['$', '$[0]', '$..a', '$[?(@[0])]', '$..[?(@.a)]']) {
    assert.throws(() => deep.find(jsonPathOf(path)), JsonPathError, path);
  }
  const beside = new JsonDocument(`[1.0, ${lists}]`);
  assert.throws(() => beside.find(jsonPathOf('$[0]')), JsonPathError);
  assert.throws(() => beside.find(jsonPathOf('$[?(@ == [1])]')), JsonPathError);
});

test('documents give exact numbers only where numbers are asked for', () => {
  const document = new JsonDocument('{"id": 9007199254740993, "name": "n", "price": 1.0}');
  const texts = (path: string) => document.find(jsonPathOf(path)).map(jsonText);
  assert.deepEqual(texts('$.id'), ['9007199254740993']);
  assert.deepEqual(texts('$'), ['{"id":9007199254740993,"name":"n","price":1.0}']);
  assert.deepEqual(texts('$.name'), ['n']);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ManifestError, parseManifests, readManifests } from './manifests.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-manifests-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;
const brief = (text: string) =>
  parseManifests(text, 'f.yml').map(({ object, source }) => [object.metadata.name, source]);

test('every object of several documents and lists knows its line; empty documents are none', () => {
  const list = `kind: List\napiVersion: v1\nitems:\n${['c', 'd']
    .map((name) => `- apiVersion: v1\n  kind: ConfigMap\n  metadata: { name: ${name} }\n`)
    .join('')}`;
  assert.deepEqual(
    brief(`# first\n${configMap('a')}---\n---\n# nothing\n---\n${configMap('b')}---\n${list}`),
    [
      ['a', 'f.yml:2'],
      ['b', 'f.yml:10'],
      ['c', 'f.yml:18'],
      ['d', 'f.yml:21'],
    ],
  );
  assert.deepEqual(brief(''), []);
});

test('values are those that kubectl sends', () => {
  const [manifest] = parseManifests(
    `${configMap('a')}data:\n  bool: yes\n  octal: 0644\n  time: 12:30\n  date: 2026-01-02\n  text: "yes"\n`,
    'f.yml',
  );
  assert.deepEqual(manifest?.object.data, {
    bool: true,
    octal: 420,
    time: '12:30',
    date: '2026-01-02',
    text: 'yes',
  });
});

test('JSON is read too', () => {
  assert.deepEqual(brief('{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}'), [['a', 'f.yml:1']]);
});

const refused: Record<string, [string, RegExp]> = {
  'a broken document': [`${configMap('a')}---\na: [1\nb: 2\n`, /^f\.yml:[67]: not valid YAML: /],
  'a key that is there twice': ['kind: A\nkind: B\n', /^f\.yml:2: not valid YAML: Map keys must be unique/],
  'an alias of nothing': ['a: *b\n', /^f\.yml:1: not valid YAML: /],
  'a text': ['hello\n', /^f\.yml:1: no object of the API/],
  'a list without kinds': ['kind: List\napiVersion: v1\nitems:\n- {}\n', /^f\.yml:4: no object of the API/],
  'no name': [
    'apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: a-\n',
    /^f\.yml:1: the Pod has no metadata.name/,
  ],
};
for (const [what, [text, message]] of Object.entries(refused)) {
  test(`${what} is refused in one line that says where`, () => {
    assert.throws(
      () => parseManifests(text, 'f.yml'),
      (error) =>
        error instanceof ManifestError && message.test(error.message) && !error.message.includes('\n'),
      text,
    );
  });
}

test("a folder's manifests are read by name; other files, other JSON and folders below are not", () => {
  for (const name of ['b.yml', 'a.json', 'c.yaml'])
    writeFileSync(path.join(folder, name), configMap(name[0] ?? ''));
  writeFileSync(path.join(folder, 'README.md'), '- [');
  const foreign = path.join(folder, 'package.json');
  writeFileSync(foreign, '{"name": "x"}');
  mkdirSync(path.join(folder, 'below.yml'));
  assert.deepEqual(
    readManifests([folder, path.join(folder, 'c.yaml')]).map(({ object }) => object.metadata.name),
    ['a', 'b', 'c', 'c'],
  );
  assert.throws(() => readManifests([foreign]), /package\.json:1: no object of the API/);
});

test('what is not there, and a folder without manifests, is told', () => {
  assert.throws(() => readManifests([folder]), /no \.yaml, \.yml or \.json in this folder$/);
  assert.throws(() => readManifests([path.join(folder, 'x')]), /x: there is no such file or folder$/);
});

test('- is standard input', () => {
  const script = `import { readManifests } from ${JSON.stringify(import.meta.resolve('./manifests.ts'))};
    console.log(readManifests(['-'])[0].source);`;
  const args = ['--input-type=module-typescript', '-e', script];
  const { stdout } = spawnSync(process.execPath, args, { input: configMap('a'), encoding: 'utf8' });
  assert.equal(stdout, 'standard input:1\n');
});

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder, writeFiles } from '../../../../tests/support/temporary-folder.ts';
import { type ImageName, parseImageName } from './image-name.ts';
import { emptyConfig, type ImageDescription } from './image-record.ts';
import { ImageStore } from './image-store.ts';
import { ImageWriter } from './image-writer.ts';

const description: ImageDescription = {
  source: 'build',
  base: 'shell',
  config: emptyConfig,
  requirements: [],
};

function storeOf(t: TestContext): ImageStore {
  return new ImageStore(path.join(temporaryFolder(t), 'images'));
}

function named(text: string): ImageName {
  const name = parseImageName(text);
  assert.ok(name);
  return name;
}

function add(writer: ImageWriter, text: string, ...names: string[]): string {
  const files = writer.draft();
  writeFiles(files, { text });
  return writer.add(files, description, names.map(named)).id;
}

test('an image is found under its names, and goes with the last one', async (t) => {
  const store = storeOf(t);
  assert.deepEqual(store.list(), [], 'before there is any');
  const writer = await ImageWriter.open(store);
  const id = add(writer, 'a', 'one', 'two:2');
  assert.deepEqual(
    store.list().map(({ name }) => name),
    ['one:latest', 'two:2'],
  );
  assert.equal(store.find(named('docker.io/library/one'))?.id, id);
  assert.equal(store.find(named(`one@${id}`))?.id, id);
  assert.equal(writer.remove(named('one')), true);
  assert.equal(writer.remove(named('one')), false);
  assert.ok(existsSync(store.filesOf(id)));
  writer.remove(named('two:2'));
  assert.deepEqual(readdirSync(path.join(store.folder, 'all')), []);
  writer.close();
});

test('a name that another image takes leaves nothing of the first', async (t) => {
  const store = storeOf(t);
  const writer = await ImageWriter.open(store);
  const first = add(writer, 'a', 'one');
  const second = add(writer, 'b', 'one');
  assert.equal(store.find(named('one'))?.id, second);
  assert.equal(store.get(first), undefined);
  writer.close();
});

test('the second writer waits for the first, and says so once', async (t) => {
  const store = storeOf(t);
  const first = await ImageWriter.open(store);
  let waits = 0;
  const opening = ImageWriter.open(store, () => void waits++);
  add(first, 'a', 'one');
  assert.equal(waits, 1);
  first.close();
  const second = await opening;
  assert.equal(store.list().length, 1);
  second.close();
  const third = await ImageWriter.open(store);
  const impatient = ImageWriter.open(store, () => {}, AbortSignal.abort(new Error('enough')));
  await assert.rejects(impatient);
  third.close();
});

test('what a killed writer left is removed by the next one, and nothing else is', async (t) => {
  const store = storeOf(t);
  const writer = await ImageWriter.open(store);
  const id = add(writer, 'a', 'one');
  writer.close();
  writeFiles(store.folder, { 'drafts/left/files/x': 'x' });
  mkdirSync(path.join(store.folder, 'all', 'f'.repeat(64), 'files'), { recursive: true });
  (await ImageWriter.open(store)).close();
  assert.deepEqual(readdirSync(path.join(store.folder, 'drafts')), []);
  assert.deepEqual(readdirSync(path.join(store.folder, 'all')), [id.slice('sha256:'.length)]);
});

test('a damaged store says which file to remove', (t) => {
  const store = storeOf(t);
  writeFiles(store.folder, { 'names.json': '{' });
  assert.throws(() => store.list(), /the file .*names.json is damaged: remove it/);
});

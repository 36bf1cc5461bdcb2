import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { backendOf, frontendOf, modelOf } from '../../tests/support/lb/models.ts';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { type Logger, silentLogger } from '../base/logger.ts';
import { SavedModel } from './saved-model.ts';

function savedIn(t: TestContext) {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'model.json');
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void warnings.push(message) };
  return { folder, file, warnings, saved: new SavedModel(file, logger) };
}

const model = (port: number) => modelOf([frontendOf(port)], [backendOf([])]);

test('what was saved is read back, by its owner only', async (t) => {
  const { saved, file, folder } = savedIn(t);
  assert.equal(saved.read(), undefined);
  saved.save(model(1));
  await saved.close();
  assert.deepEqual(saved.read(), JSON.parse(JSON.stringify(model(1))));
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder), ['model.json']);
});

test('of models that come quickly the newest is what stays', async (t) => {
  const { saved } = savedIn(t);
  for (let port = 1; port <= 100; port++) saved.save(model(port));
  await saved.close();
  assert.equal(saved.read()?.frontends[0]?.binds[0]?.port, 100);
});

test('a damaged file is a warning, and no model', async (t) => {
  const { saved, file, warnings } = savedIn(t);
  saved.save(model(1));
  await saved.close();
  const text = readFileSync(file, 'utf8');
  const damages = ['', text.slice(0, -10), text.replace('8', '9'), 'null', '{"version":1}', '[]'];
  for (const damaged of [...damages, text.replace('"version":1', '"version":2')]) {
    writeFileSync(file, damaged);
    assert.equal(saved.read(), undefined, damaged.slice(0, 40));
  }
  assert.equal(warnings.length, damages.length + 1);
});

test('a disk that takes nothing is one warning for many models, and the next that is taken is read back', async (t) => {
  const { saved, file, warnings } = savedIn(t);
  const nowhere = new SavedModel(path.join(file, 'not', 'there'), {
    ...silentLogger,
    warn: (m) => void warnings.push(m),
  });
  nowhere.save(model(1));
  await nowhere.close();
  nowhere.save(model(2));
  await nowhere.close();
  assert.equal(warnings.length, 1);
  saved.save(model(3));
  await saved.close();
  assert.equal(saved.read()?.frontends[0]?.binds[0]?.port, 3);
});

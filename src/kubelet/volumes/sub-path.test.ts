import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepPart, partOf } from './sub-path.ts';

function baseFor(t: TestContext): { volume: string; outside: string } {
  const base = mkdtempSync(path.join(tmpdir(), 'relevo-part-'));
  t.after(() => rmSync(base, { recursive: true }));
  const [volume, outside] = [path.join(base, 'volume'), path.join(base, 'outside')];
  mkdirSync(volume);
  mkdirSync(outside);
  return { volume, outside };
}

test('a part is found through links within the volume, and made where that is wanted', (t) => {
  const { volume } = baseFor(t);
  mkdirSync(path.join(volume, 'real'));
  symlinkSync('real', path.join(volume, 'link'));
  assert.equal(partOf(volume, 'link', false), path.join(volume, 'real'));
  assert.equal(partOf(volume, 'link/new/./deep/', true), path.join(volume, 'real/new/deep'));
  assert.throws(() => partOf(volume, 'absent', false), /subPath "absent" is not in the volume/);
});

test('no part leads out of the volume, and nothing is made there', (t) => {
  const { volume, outside } = baseFor(t);
  symlinkSync(outside, path.join(volume, 'escape'));
  symlinkSync('..', path.join(volume, 'up'));
  for (const part of ['..', 'a/../../outside', 'escape', 'escape/new', 'up/outside']) {
    assert.throws(() => partOf(volume, part, true), /leads out of the volume/, part);
  }
  assert.equal(existsSync(path.join(outside, 'new')), false);
});

test('a kept part does not follow the volume', (t) => {
  const { volume, outside } = baseFor(t);
  const file = path.join(volume, 'file');
  const place = path.join(outside, 'app/0');
  writeFileSync(file, 'old');
  keepPart(file, place);
  writeFileSync(file, 'new');
  assert.equal(readFileSync(place, 'utf8'), 'old');
  keepPart(file, place);
  assert.equal(readFileSync(place, 'utf8'), 'new');
});

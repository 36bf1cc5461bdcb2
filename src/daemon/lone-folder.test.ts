import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../tests/support/temporary-folder.ts';
import { makeLoneFolder } from './lone-folder.ts';

function inTemporary(t: TestContext): string {
  const before = process.env.TMPDIR;
  const folder = temporaryFolder(t);
  process.env.TMPDIR = folder;
  t.after(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  return folder;
}

test('what a balancer that was killed left behind is removed by the next one, and only that', (t) => {
  const temporary = inTemporary(t);
  const own = makeLoneFolder();
  const script = `import(${JSON.stringify(new URL('./lone-folder.ts', import.meta.url).href)}).then((one) => {
    console.log(one.makeLoneFolder());
    process.kill(process.pid, 'SIGKILL');
  })`;
  const killed = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim();
  assert.ok(existsSync(killed), killed);
  const beingMade = path.join(temporary, 'relevo-lb-abcdef');
  mkdirSync(beingMade);
  const another = makeLoneFolder();
  assert.deepEqual([own, killed, beingMade, another].map(existsSync), [true, false, true, true]);
});

test('one whose owner is in another place is left alone', (t) => {
  inTemporary(t);
  const other = makeLoneFolder();
  const file = path.join(other, 'owner');
  const [, , identity] = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, `999999999\npid:[1]\n${identity}\n`);
  makeLoneFolder();
  assert.ok(existsSync(other));
});

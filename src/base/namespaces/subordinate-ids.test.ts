import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { alsoAsNobody, nobodysId } from '../../../tests/support/as-nobody.ts';
import { removeFolder } from '../remove-folder.ts';
import { holdNamespaces } from './namespace-holder.ts';

const isRoot = process.getuid?.() === 0;
const whyNot = isRoot ? 'root needs none; an ordinary user does, below' : !hasIds() && 'this user has none';
/** Gives nobody what a machine's administrator gives to users, for these tests only. */
const withSubordinateIds = [
  ...['unshare', '--mount', 'sh', '-ec'],
  `mount -t tmpfs tmpfs /mnt; echo ${nobodysId}:100000:65536 > /mnt/ids; for file in /etc/subuid /etc/subgid; do touch $file; mount --bind /mnt/ids $file; done; exec "$@"`,
  'with-ids',
];

test('with subordinate IDs there are other users inside, and what they leave can be removed', {
  skip: whyNot,
}, async (t) => {
  const holder = await holdNamespaces({ user: true, manyUsers: true });
  t.after(() => holder.kill());
  const inside = (script: string, ...args: string[]) => {
    const [program = '', ...words] = [...holder.enter, 'sh', '-ec', script, 'test', ...args];
    return execFileSync(program, words, { encoding: 'utf8' });
  };
  assert.match(readFileSync(`/proc/${holder.pid}/uid_map`, 'utf8'), / 1 +100000 +65535\n/);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-ids-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  inside('mkdir "$1/theirs"; touch "$1/theirs/file"; chown -R 1000:1000 "$1/theirs"', folder);
  assert.equal(statSync(path.join(folder, 'theirs')).uid, 100_999);
  assert.equal(inside('setpriv --reuid=1000 --regid=1000 --clear-groups id -u'), '1000\n');
  removeFolder(folder);
  assert.equal(existsSync(folder), false);
});

function hasIds(): boolean {
  const owners = [os.userInfo().username, String(process.getuid?.())];
  const lines = existsSync('/etc/subuid') ? readFileSync('/etc/subuid', 'utf8').split('\n') : [];
  return lines.some((line) => owners.includes(line.split(':')[0] ?? ''));
}

alsoAsNobody(import.meta.url, withSubordinateIds);

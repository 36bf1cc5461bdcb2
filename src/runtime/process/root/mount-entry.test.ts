import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, fstabOf, MountFlags } from './mount-entry.ts';

const table = `21 1 8:1 / / rw,relatime - ext4 /dev/a rw
22 21 8:2 / /home rw,nosuid,nodev,noatime - ext4 /dev/b rw
23 22 8:3 / /home/my\\040disk rw,noexec - ext4 /dev/c rw
`;

test('a place keeps the flags of the mount that it lies in', () => {
  const flags = new MountFlags(table);
  assert.deepEqual(flags.of('/usr'), ['relatime']);
  assert.deepEqual(flags.of('/home/me'), ['nosuid', 'nodev', 'noatime']);
  assert.deepEqual(flags.of('/homes'), ['relatime']);
  assert.deepEqual(flags.of('/home/my disk/x'), ['noexec']);
});

test('a line of fstab holds paths with blanks, each option once', () => {
  const entry = bind('/home/my disk', '/r/a#b', new MountFlags(table), { readOnly: true });
  assert.equal(fstabOf([entry]), '/home/my\\040disk /r/a\\043b none bind,ro,nodev,nosuid,noexec 0 0\n');
});

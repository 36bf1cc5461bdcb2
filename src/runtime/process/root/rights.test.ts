import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rightsWords } from './rights.ts';
import { userIds } from './user-ids.ts';

test("capabilities are taken and given by Docker's names or the kernel's", () => {
  const words = rightsWords({ dropCapabilities: ['ALL'], addCapabilities: ['CAP_CHOWN', 'net_admin'] });
  assert.equal(words[0], '--bounding-set=-all,+chown,+net_admin');
  assert.deepEqual(rightsWords({ privileged: true }), []);
  assert.throws(() => rightsWords({ addCapabilities: ['FLY'] }), /no capability "FLY"/);
});

test('a user has the groups of his pod', () => {
  const words = rightsWords(
    { privileged: true },
    { fsGroup: 5, supplementalGroups: [4, 5] },
    { uid: 1, gid: 2 },
  );
  assert.deepEqual(words, ['--reuid=1', '--regid=2', '--groups=4,5']);
});

test('users and groups are looked up by name or number', () => {
  const files = { passwd: 'web:x:33:34::/:/bin/sh\n', group: 'staff:x:50:\n' };
  const ids = (user: string) => userIds(user, (file) => files[file]);
  assert.deepEqual(ids('web'), { uid: 33, gid: 34 });
  assert.deepEqual(ids('33'), { uid: 33, gid: 34 });
  assert.deepEqual(ids('1000'), { uid: 1000, gid: 0 });
  assert.deepEqual(ids('web:staff'), { uid: 33, gid: 50 });
  assert.equal(ids(''), undefined);
  assert.throws(() => ids('nobody'), /there is no user "nobody"/);
});

import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts';
import { findHaproxy, isBuiltWith, isNewEnough, versionOf } from './binary.ts';

test('versions are read and compared', () => {
  assert.equal(versionOf('HAProxy version 2.6.12-1+deb12u4 2026/10/17 - https://haproxy.org/'), '2.6');
  assert.equal(versionOf('HA-Proxy version 1.8.4-1deb90d 2018/02/08'), '1.8');
  assert.equal(versionOf('something else'), undefined);
  assert.deepEqual(
    ['2.5', '2.6', '2.10', '3.0', undefined].map((version) => isNewEnough(version)),
    [false, true, true, true, false],
  );
});

test('what is missing or too old is said in one line', async (t) => {
  const folder = temporaryFolder(t);
  await assert.rejects(
    findHaproxy(folder),
    /^Error: haproxy 2\.6 or newer is needed; there is none: apt-get/,
  );
  const program = path.join(folder, 'haproxy');
  writeFileSync(program, '#!/bin/sh\necho HAProxy version 2.2.9-2+deb11u6\n');
  chmodSync(program, 0o755);
  await assert.rejects(findHaproxy(folder), /^Error: haproxy 2\.6 or newer is needed; found 2\.2: apt-get/);
});

test('what a build has is told by its list of features', () => {
  const words = 'HAProxy version 2.6.12\nFeature list : -51DEGREES +ACCEPT4 +LUA -MEMORY_PROFILING\n';
  assert.deepEqual(
    ['LUA', 'MEMORY_PROFILING', 'ACCEPT'].map((feature) => isBuiltWith(words, feature)),
    [true, false, false],
  );
});

import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder, writeFiles } from '../../../tests/support/temporary-folder.ts';
import { CreateContainerError } from '../errors.ts';
import { DisplacedPaths } from './displaced-paths.ts';

const files = { 'app/run': '', 'app/a.py': '', 'etc/own.conf': '' };

test('paths of the image lead into the container, those of the host stay', (t) => {
  const root = writeFiles(temporaryFolder(t), files);
  const paths = new DisplacedPaths(root);
  const { words, missing } = paths.command([
    ...['/app/run', '/app/a.py', '--config=/etc/own.conf', '-C/app', '/', '/dev/null', 'app/run'],
    ...['http://host/app/run', '/tmp/to-be-made', '--x=y'],
  ]);
  assert.deepEqual(words, [
    ...[`${root}/app/run`, `${root}/app/a.py`, `--config=${root}/etc/own.conf`, '-C/app', '/', '/dev/null'],
    ...['app/run', 'http://host/app/run', '/tmp/to-be-made', '--x=y'],
  ]);
  assert.deepEqual(missing, []);
});

test('so do those in a script of the shell', (t) => {
  const root = writeFiles(temporaryFolder(t), files);
  const script = `cd /app && python "/app/a.py" >/dev/null; X=/etc/own.conf sed 's/app/b/' http://h/app`;
  const { words } = new DisplacedPaths(root).command(['/bin/sh', '-ec', script, '/app/run']);
  const displaced = `cd ${root}/app && python "${root}/app/a.py" >/dev/null; X=${root}/etc/own.conf sed 's/app/b/' http://h/app`;
  assert.deepEqual(words, ['/bin/sh', '-ec', displaced, `${root}/app/run`]);
});

test('a path that is nowhere is found out, and a program that is nowhere is refused', (t) => {
  const paths = new DisplacedPaths(writeFiles(temporaryFolder(t), files));
  const { missing } = paths.command([
    'sh',
    '-c',
    'cat /app/none /no-such-folder/x',
    '--at=/no-such-folder/y',
  ]);
  assert.deepEqual(missing, ['/app/none', '/no-such-folder/x', '/no-such-folder/y']);
  assert.throws(() => paths.command(['/app/none']), CreateContainerError);
  assert.throws(
    () => paths.command(['/app/../../bin/none']),
    /there is no program "\/app\/..\/..\/bin\/none"/,
  );
});

test('variables of the image do too, and PATH goes on with the host’s', (t) => {
  const root = writeFiles(temporaryFolder(t), files);
  const env = new DisplacedPaths(root).environment(
    { PATH: '/app:/bin', PYTHONPATH: '/app', N: '1:2' },
    '/host/bin',
  );
  assert.deepEqual(env, {
    PATH: `${path.join(root, 'app')}:/bin:/host/bin`,
    PYTHONPATH: `${root}/app`,
    N: '1:2',
  });
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { prepareHostPath } from './host-path.ts';

test('a hostPath is what its type says, or is made where the type allows it', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-host-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);
  const refused = (type: string, name: string, what: string) =>
    assert.throws(
      () => prepareHostPath({ path: at(name), type }),
      new Error(`hostPath type check failed: ${at(name)} is not ${what}`),
    );
  writeFileSync(at('file'), 'kept');
  const server = createServer().listen(at('socket'));
  await once(server, 'listening');
  t.after(() => server.close());

  prepareHostPath({ path: at('made/deep'), type: 'DirectoryOrCreate' });
  assert.ok(statSync(at('made/deep')).isDirectory());
  prepareHostPath({ path: at('untyped') });
  assert.ok(statSync(at('untyped')).isDirectory());
  prepareHostPath({ path: at('new'), type: 'FileOrCreate' });
  assert.ok(statSync(at('new')).isFile());
  prepareHostPath({ path: at('file'), type: 'FileOrCreate' });
  assert.equal(statSync(at('file')).size, 4);
  for (const [type, name] of [
    ['Directory', 'made'],
    ['File', 'file'],
    ['Socket', 'socket'],
    ['', 'file'],
  ] as const) {
    prepareHostPath({ path: at(name), type });
  }
  prepareHostPath({ path: '/dev/null', type: 'CharDevice' });

  refused('Directory', 'file', 'a directory');
  refused('Directory', 'missing', 'a directory');
  refused('DirectoryOrCreate', 'file', 'a directory');
  refused('File', 'made', 'a file');
  refused('FileOrCreate', 'made', 'a file');
  refused('Socket', 'file', 'a socket file');
  refused('CharDevice', 'file', 'a character device');
  refused('BlockDevice', 'file', 'a block device');
  assert.equal(existsSync(at('missing')), false);
});

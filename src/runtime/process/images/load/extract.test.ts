import assert from 'node:assert/strict';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type TarEntry, tarOf } from '../../../../../tests/support/tar-archive.ts';
import { temporaryFolder } from '../../../../../tests/support/temporary-folder.ts';
import { RootWriter } from '../root-writer.ts';
import { ArchiveError, extract, isArchive } from './extract.ts';

interface World {
  folder: string;
  root: string;
  layer(entries: readonly TarEntry[], pack?: (tar: Buffer) => Buffer): Promise<void>;
  text(inside: string): string;
}

function worldOf(t: TestContext): World {
  const folder = temporaryFolder(t);
  const root = path.join(folder, 'a/b/root');
  mkdirSync(root, { recursive: true });
  const layer = async (entries: readonly TarEntry[], pack = (tar: Buffer) => tar) => {
    const file = path.join(folder, 'layer.tar');
    writeFileSync(file, pack(tarOf(entries)));
    await extract(file, new RootWriter(root), { whiteouts: true });
  };
  const text = (inside: string) => readFileSync(path.join(root, inside), 'utf8');
  return { folder, root, layer, text };
}

test('files, folders and links come out, compressed in any way or not at all', async (t) => {
  for (const pack of [(tar: Buffer) => tar, gzipSync, zstdCompressSync]) {
    const { root, layer, text } = worldOf(t);
    const entries: TarEntry[] = [
      { path: './bin/', type: 'Directory', mode: 0o755 },
      { path: './bin/run', text: 'x'.repeat(100_000), mode: 0o4755 },
      { path: 'bin/same', type: 'Link', linkpath: './bin/run' },
      { path: 'etc/mtab', type: 'SymbolicLink', linkpath: '/proc/mounts' },
      { path: 'dev/null', type: 'CharacterDevice' },
      { path: 'pipe', type: 'FIFO' },
      { path: 'empty' },
    ];
    await layer(entries, pack);
    assert.equal(text('bin/same').length, 100_000);
    assert.equal(statSync(path.join(root, 'bin/run')).mode & 0o7777, 0o755, 'without rights of others');
    assert.equal(readlinkSync(path.join(root, 'etc/mtab')), '/proc/mounts');
    assert.deepEqual(readdirSync(root).sort(), ['bin', 'empty', 'etc']);
  }
});

test('nothing comes out beside the folder', async (t) => {
  const attempts: TarEntry[][] = [
    [{ path: '../../escaped', text: 'x' }],
    [{ path: '/../escaped', text: 'x' }],
    [
      { path: 'up', type: 'SymbolicLink', linkpath: '../../..' },
      { path: 'up/escaped', text: 'x' },
    ],
    [
      { path: 'one', type: 'SymbolicLink', linkpath: '..' },
      { path: 'two', type: 'SymbolicLink', linkpath: 'one/..' },
      { path: 'two/escaped', text: 'x' },
    ],
    [
      { path: 'file', type: 'SymbolicLink', linkpath: '../../escaped' },
      { path: 'file', text: 'x' },
    ],
  ];
  for (const entries of attempts) {
    const { folder, layer } = worldOf(t);
    await layer(entries);
    assert.equal(existsSync(path.join(folder, 'escaped')), false);
    assert.deepEqual(readdirSync(path.join(folder, 'a')), ['b']);
    assert.deepEqual(readdirSync(path.join(folder, 'a/b')), ['root']);
  }
});

test('a hard link to a file outside is refused', async (t) => {
  const { folder, layer } = worldOf(t);
  writeFileSync(path.join(folder, 'secret'), 'secret');
  await assert.rejects(layer([{ path: 'x', type: 'Link', linkpath: '../../../secret' }]), ArchiveError);
});

test('a whiteout removes what a lower layer has, and only in its folder', async (t) => {
  const { root, layer, text } = worldOf(t);
  await layer([
    { path: 'app/a', text: 'a' },
    { path: 'app/sub/b', text: 'b' },
    { path: 'keep/a', text: 'a' },
  ]);
  await layer([
    { path: 'app/.wh.a' },
    { path: 'app/.wh.sub' },
    { path: 'app/.wh.never-there' },
    { path: 'app/c', text: 'c' },
  ]);
  assert.deepEqual(readdirSync(path.join(root, 'app')), ['c']);
  assert.equal(text('keep/a'), 'a');
  await layer([{ path: '.wh...' }, { path: 'x/.wh...' }]);
  assert.equal(text('keep/a'), 'a', 'a whiteout of ".." is of nothing');
});

test('an opaque mark hides what was below, not what its own layer brings, whatever comes first', async (t) => {
  const { root, layer, text } = worldOf(t);
  await layer([
    { path: 'data/old', text: 'old' },
    { path: 'data/sub/old', text: 'old' },
  ]);
  await layer([
    { path: 'data/new', text: 'new' },
    { path: 'data/sub/new', text: 'new' },
    { path: 'data/.wh..wh..opq' },
    { path: 'data/last', text: 'last' },
  ]);
  assert.deepEqual(readdirSync(path.join(root, 'data')).sort(), ['last', 'new', 'sub']);
  assert.deepEqual(readdirSync(path.join(root, 'data/sub')), ['new']);
  assert.equal(text('data/new'), 'new');
});

test('a later layer replaces files by folders and the other way round, and keeps a folder that is a link', async (t) => {
  const { root, layer, text } = worldOf(t);
  await layer([
    { path: 'a', text: 'file' },
    { path: 'b/x', text: 'x' },
    { path: 'usr/lib/', type: 'Directory' },
    { path: 'lib', type: 'SymbolicLink', linkpath: 'usr/lib' },
  ]);
  await layer([
    { path: 'a/', type: 'Directory' },
    { path: 'a/y', text: 'y' },
    { path: 'b', text: 'file' },
    { path: 'lib/', type: 'Directory' },
    { path: 'lib/so', text: 'so' },
  ]);
  assert.deepEqual([text('a/y'), text('b'), text('usr/lib/so')], ['y', 'file', 'so']);
  assert.ok(lstatSync(path.join(root, 'lib')).isSymbolicLink());
});

test('what is no archive, or only half of one, is refused in one line', async (t) => {
  const { folder, root } = worldOf(t);
  const file = path.join(folder, 'x.tar');
  const whole = gzipSync(tarOf([{ path: 'a', text: 'x'.repeat(5_000) }]));
  for (const data of [Buffer.from('hello, this is no archive at all'.repeat(40)), whole.subarray(0, 30)]) {
    writeFileSync(file, data);
    await assert.rejects(extract(file, new RootWriter(root)), (error) => {
      return error instanceof ArchiveError && /^x.tar cannot be unpacked: [^\n]+$/.test(error.message);
    });
  }
});

test('archives are known by what is in them', (t) => {
  const file = path.join(temporaryFolder(t), 'x');
  for (const [data, expected] of [
    [tarOf([{ path: 'a' }]), true],
    [gzipSync(tarOf([{ path: 'a' }])), true],
    [zstdCompressSync(tarOf([{ path: 'a', text: 'x'.repeat(9_000) }])), true],
    [gzipSync('plain text'), false],
    [Buffer.from('plain text'), false],
    [Buffer.alloc(0), false],
  ] as const) {
    writeFileSync(file, data);
    assert.equal(isArchive(file), expected);
  }
});

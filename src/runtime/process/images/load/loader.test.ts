import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import {
  type SavedImage,
  tarOf,
  writeDockerArchive,
  writeLayout,
} from '../../../../../tests/support/tar-archive.ts';
import { temporaryFolder } from '../../../../../tests/support/temporary-folder.ts';
import { hostArchitecture } from '../host-architecture.ts';
import { parseImageName, shortName } from '../image-name.ts';
import { ImageStore } from '../image-store.ts';
import { ImageWriter } from '../image-writer.ts';
import { ArchiveError } from './extract.ts';
import { type LoadedImage, loadImages } from './loader.ts';

const architecture = hostArchitecture(arch());
const plain: SavedImage = {
  architecture,
  names: ['docker.io/library/app:1'],
  layers: [
    tarOf([
      { path: 'etc/a', text: 'a' },
      { path: 'etc/b', text: 'b' },
    ]),
    gzipSync(tarOf([{ path: 'etc/.wh.a' }, { path: 'bin/run', text: 'run' }])),
  ],
  config: {
    Cmd: ['run'],
    Env: ['PATH=/bin', 'A=b=c'],
    WorkingDir: '/etc',
    ExposedPorts: { '80/tcp': {} },
    StopSignal: '3',
  },
};

async function load(t: TestContext, write: (file: string) => void, name?: string) {
  const folder = temporaryFolder(t);
  const store = new ImageStore(path.join(folder, 'images'));
  const file = path.join(folder, 'x.tar');
  write(file);
  const writer = await ImageWriter.open(store);
  const given = name === undefined ? undefined : parseImageName(name);
  const isReserved = ({ path: repository }: { path: string }) => repository === 'host';
  try {
    const loaded = await loadImages(writer, { file, isReserved, ...(given ? { name: given } : {}) });
    return { store, loaded };
  } finally {
    writer.close();
  }
}

function check(store: ImageStore, [first]: LoadedImage[]): void {
  assert.ok(first);
  const files = store.filesOf(first.image.id);
  assert.deepEqual(readdirSync(files).sort(), ['bin', 'etc']);
  assert.deepEqual(readdirSync(path.join(files, 'etc')), ['b']);
  assert.equal(readFileSync(path.join(files, 'bin/run'), 'utf8'), 'run');
  const { config, base, source } = first.image;
  assert.deepEqual([base, source, config.cmd, config.workingDir], ['own', 'load', ['run'], '/etc']);
  assert.deepEqual([config.env, config.stopSignal], [{ PATH: '/bin', A: 'b=c' }, 'SIGQUIT']);
  assert.deepEqual(first.names.map(shortName), ['app:1']);
}

test('an archive of docker save is loaded, layer over layer, as it is or compressed', async (t) => {
  const { store, loaded } = await load(t, (file) => writeDockerArchive(file, [plain]));
  check(store, loaded);
  const packed = await load(t, (file) => {
    writeDockerArchive(file, [plain]);
    writeFileSync(file, gzipSync(readFileSync(file)));
  });
  check(packed.store, packed.loaded);
});

test('an OCI layout with an index for several machines is loaded', async (t) => {
  const { store, loaded } = await load(t, (file) => writeLayout(file, plain));
  check(store, loaded);
});

test('all images of an archive are loaded, and one without a name is given one', async (t) => {
  const two = [plain, { ...plain, names: ['b'], layers: [] }];
  const { store } = await load(t, (file) => writeDockerArchive(file, two));
  assert.deepEqual(
    store.list().map(({ name }) => name),
    ['app:1', 'b:latest'],
  );
  const nameless = (file: string) => writeDockerArchive(file, [{ ...plain, names: null }]);
  await assert.rejects(load(t, nameless), /the image has no name: give it one with -t NAME/);
  assert.deepEqual((await load(t, nameless, 'c')).store.list()[0]?.name, 'c:latest');
});

test('what cannot be loaded says why in one line', async (t) => {
  const other = architecture === 'arm64' ? 'amd64' : 'arm64';
  const cases: [(file: string) => void, RegExp][] = [
    [
      (file) => writeDockerArchive(file, [{ ...plain, architecture: other }]),
      /app:1 is for \w+, and this machine is \w+: save it/,
    ],
    [
      (file) => writeLayout(file, { ...plain, architecture: other }),
      /the image is for \w+, and this machine is/,
    ],
    [(file) => writeDockerArchive(file, [{ ...plain, os: 'windows' }]), /is for windows/],
    [
      (file) => writeLayout(file, { ...plain, architecture }, { damaged: true }),
      /the archive is damaged: sha256:/,
    ],
    [(file) => writeDockerArchive(file, [{ ...plain, names: ['host:1'] }]), /"host" is built in/],
    [(file) => writeDockerArchive(file, [{ ...plain, names: ['No Name'] }]), /which is no name/],
    [
      (file) => writeFileSync(file, tarOf([{ path: 'x' }])),
      /this is no image: give a file that "docker save" wrote/,
    ],
    [
      (file) => writeFileSync(file, tarOf([{ path: 'manifest.json', text: '{' }])),
      /"manifest.json" of the archive cannot be read/,
    ],
    [
      (file) => {
        const manifest = JSON.stringify([{ Config: '../../../../../../etc/passwd', Layers: [] }]);
        writeFileSync(file, tarOf([{ path: 'manifest.json', text: manifest }]));
      },
      /the archive is not complete/,
    ],
  ];
  for (const [write, message] of cases) {
    await assert.rejects(load(t, write), (error) => {
      assert.ok(error instanceof ArchiveError, String(error));
      assert.match(error.message, message);
      return !error.message.includes('\n');
    });
  }
});

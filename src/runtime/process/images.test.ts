import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { arch } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { exitOf, openWorld, said, shell } from '../../../tests/support/process-world.ts';
import { tarOf, writeDockerArchive } from '../../../tests/support/tar-archive.ts';
import { temporaryFolder, writeFiles } from '../../../tests/support/temporary-folder.ts';
import { CreateContainerError, ImageError } from '../errors.ts';
import type { ContainerSpec, ResolvedImage } from '../runtime.ts';
import { buildImage } from './images/build/builder.ts';
import { hostArchitecture } from './images/host-architecture.ts';
import { parseImageName } from './images/image-name.ts';
import { ImageStore } from './images/image-store.ts';
import { ImageWriter } from './images/image-writer.ts';
import { loadImages } from './images/load/loader.ts';
import type { ProcessRuntime } from './process-runtime.ts';

/** With the image `app:latest` of the Dockerfile, and a pod on a runtime that has it. */
async function worldWith(t: TestContext, dockerfile: string, files: Record<string, string> = {}) {
  const home = temporaryFolder(t);
  const folder = writeFiles(path.join(home, 'context'), { Dockerfile: dockerfile, ...files });
  const store = new ImageStore(path.join(home, 'images'));
  const writer = await ImageWriter.open(store);
  const name = parseImageName('app');
  assert.ok(name);
  const order = { folder, dockerfile: path.join(folder, 'Dockerfile'), names: [name], buildArgs: {} };
  await buildImage(store, writer, { ...order, runLines: 'skip' });
  const { runtime } = await openWorld(t, { images: store.folder });
  return { home, store, writer, runtime };
}

function container(image: ResolvedImage, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return { ...shell(''), command: undefined, image, ...more };
}

async function outputOf(runtime: ProcessRuntime, spec: ContainerSpec): Promise<string[]> {
  const started = await runtime.startContainer('pod-1', spec);
  await exitOf(runtime, started);
  return said(runtime, started.id);
}

const resolve = (runtime: ProcessRuntime, image = 'app') => runtime.resolveImage({ image, policy: 'Always' });

test('a container runs the image’s program in its working directory, over files of its own', async (t) => {
  const lines =
    'FROM python:3\nWORKDIR /app\nCOPY a.py .\nENV GREETING=hello\nEXPOSE 5000\nCMD ["python", "a.py"]';
  const program = `
import os
print(os.environ["GREETING"], os.environ["PORT"], sorted(os.listdir(".")), open("/app/a.py".replace("/app/", "")).read(5))
open("made", "w").write("x")
`;
  const { runtime, store } = await worldWith(t, lines, { 'a.py': program });
  const image = await resolve(runtime);
  assert.equal(image.name, 'app:latest');
  assert.equal(image.id, store.find({ registry: 'docker.io', path: 'app', tag: 'latest' })?.id);
  const expected = ["hello 5000 ['a.py'] \nimpo".split('\n')[0]];
  for (const attempt of [0, 1])
    assert.deepEqual((await outputOf(runtime, container(image, { attempt }))).slice(0, 1), expected);
  assert.deepEqual(
    readdirSync(path.join(store.filesOf(image.id), 'app')),
    ['a.py'],
    'the image stays as it was',
  );
});

test('command and args replace what the image has, as Kubernetes does', async (t) => {
  const { runtime } = await worldWith(t, 'FROM alpine\nENTRYPOINT ["echo", "entry"]\nCMD ["cmd"]');
  const image = await resolve(runtime);
  for (const [more, expected] of [
    [{}, 'entry cmd'],
    [{ args: ['args'] }, 'entry args'],
    [{ command: ['echo', 'command'] }, 'command'],
    [{ command: ['echo'], args: ['both'] }, 'both'],
  ] as const) {
    assert.deepEqual(await outputOf(runtime, container(image, { ...more, name: expected })), [expected]);
  }
});

test('an image without a command says so', async (t) => {
  const { runtime } = await worldWith(t, 'FROM scratch');
  const started = runtime.startContainer('pod-1', container(await resolve(runtime)));
  await assert.rejects(started, /image "app:latest" has no program of its own: set the container's command/);
});

test('what a program may miss is told, and a program that is nowhere is refused', async (t) => {
  const lines = 'FROM python:3\nRUN pip install no-such-package-x\nCMD ["true"]';
  const { runtime } = await worldWith(t, lines);
  const image = await resolve(runtime);
  assert.match(image.warnings?.join() ?? '', /python3 lacks no-such-package-x/);
  const odd = await runtime.startContainer('pod-1', container(image, { args: ['true', '/nowhere/x'] }));
  assert.match(odd.warnings?.join() ?? '', /there is no \/nowhere\/x, neither/);
  const missing = runtime.startContainer('pod-1', container(image, { command: ['/nowhere/x'] }));
  await assert.rejects(missing, CreateContainerError);
});

test('a volume hides what the image has there', async (t) => {
  const { home, runtime } = await worldWith(t, 'FROM busybox\nCOPY d /d\nCMD cat /d/x', { 'd/x': 'image' });
  const source = writeFiles(path.join(home, 'volume'), { x: 'volume' });
  const image = await resolve(runtime);
  assert.deepEqual(await outputOf(runtime, container(image)), ['image']);
  const mounts = [{ source, target: '/d', readOnly: false }];
  assert.deepEqual(await outputOf(runtime, container(image, { mounts, attempt: 1 })), ['volume']);
});

test('an image that is missing names every way out, and what may have been meant', async (t) => {
  const { runtime } = await worldWith(t, 'FROM busybox');
  await assert.rejects(resolve(runtime, 'appp:2'), (error) => {
    assert.ok(error instanceof ImageError);
    assert.equal(error.reason, 'ErrImagePull');
    for (const way of [
      'did you mean app:latest',
      'relevo image build -t appp:2',
      'relevo image load',
      'image: host',
      'relevo/web',
      'relevo/static',
    ])
      assert.ok(error.message.includes(way), way);
    return true;
  });
  const never = runtime.resolveImage({ image: 'x', policy: 'Never' });
  await assert.rejects(never, (error) => error instanceof ImageError && error.reason === 'ErrImageNeverPull');
});

test('an image that was removed after it was resolved is a failed start, not a crash', async (t) => {
  const { runtime, writer } = await worldWith(t, 'FROM busybox\nCMD ["true"]');
  const image = await resolve(runtime);
  writer.remove({ registry: 'docker.io', path: 'app', tag: 'latest' });
  await assert.rejects(
    runtime.startContainer('pod-1', container(image)),
    (error) => error instanceof CreateContainerError && /was removed meanwhile/.test(error.message),
  );
});

test('an image that was loaded needs a root of its own', async (t) => {
  const { home, runtime, writer } = await worldWith(t, 'FROM busybox');
  const file = path.join(home, 'saved.tar');
  const architecture = hostArchitecture(arch());
  const layers = [tarOf([{ path: 'bin/x' }])];
  writeDockerArchive(file, [
    { architecture, names: ['saved:1'], layers, config: { Cmd: ['/bin/x'], User: '1000:5' } },
  ]);
  await loadImages(writer, { file, isReserved: () => false });
  const image = await resolve(runtime, 'saved:1');
  assert.equal(image.uid, 1000);
  await assert.rejects(
    runtime.startContainer('pod-1', container(image)),
    (error) => error instanceof CreateContainerError && /brings a root of its own/.test(error.message),
  );
});

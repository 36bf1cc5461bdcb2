import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { tarOf } from '../../../../../tests/support/tar-archive.ts';
import { temporaryFolder, writeFiles } from '../../../../../tests/support/temporary-folder.ts';
import { parseImageName } from '../image-name.ts';
import { ImageStore } from '../image-store.ts';
import { ImageWriter } from '../image-writer.ts';
import { type BuildOptions, type BuildResult, buildImage } from './builder.ts';
import type { RunStep } from './run-step.ts';

class World {
  readonly store: ImageStore;
  readonly folder: string;

  constructor(t: TestContext, files: Record<string, string> = {}) {
    const home = temporaryFolder(t);
    this.store = new ImageStore(path.join(home, 'images'));
    this.folder = writeFiles(path.join(home, 'context'), { '.keep': '', ...files });
  }

  /** Builds lines of a Dockerfile under the name `x`, or another. */
  async build(lines: string, more: Partial<BuildOptions> & { name?: string } = {}): Promise<BuildResult> {
    const { folder } = this;
    const dockerfile = path.join(folder, 'Dockerfile');
    writeFileSync(dockerfile, lines);
    const writer = await ImageWriter.open(this.store);
    try {
      const name = parseImageName(more.name ?? 'x');
      assert.ok(name);
      const options = {
        folder,
        dockerfile,
        names: [name],
        buildArgs: {},
        runLines: 'skip' as const,
        ...more,
      };
      return await buildImage(this.store, writer, options);
    } finally {
      writer.close();
    }
  }

  file({ image }: BuildResult, inside: string): string {
    return path.join(this.store.filesOf(image.id), inside);
  }
}

test('a Dockerfile as people write it becomes files over the host and a configuration', async (t) => {
  const world = new World(t, {
    'app.py': 'print(1)',
    'static/a.css': 'a',
    '.dockerignore': 'secret*\n',
    secret: 's',
  });
  const built = await world.build(`
ARG TAG=3
FROM python:\${TAG}
LABEL maintainer="Ana" a=b
ENV HOME_DIR=/app \\
    MODE=prod
ENV GREETING hello world
WORKDIR $HOME_DIR
WORKDIR src
COPY . .
EXPOSE 5000 53/udp
USER 1000:1000
STOPSIGNAL int
VOLUME /data
HEALTHCHECK CMD curl localhost
ENTRYPOINT ["python", "app.py"]
CMD ["--port", "5000"]
`);
  const { config, base } = built.image;
  assert.equal(base, 'python');
  assert.deepEqual(config.entrypoint, ['python', 'app.py']);
  assert.deepEqual(config.cmd, ['--port', '5000']);
  assert.deepEqual(config.env, { HOME_DIR: '/app', MODE: 'prod', GREETING: 'hello world' });
  assert.deepEqual(config.labels, { maintainer: 'Ana', a: 'b' });
  assert.deepEqual(
    [config.workingDir, config.user, config.stopSignal, config.exposedPorts],
    ['/app/src', '1000:1000', 'SIGINT', ['5000/tcp', '53/udp']],
  );
  assert.equal(readFileSync(world.file(built, 'app/src/app.py'), 'utf8'), 'print(1)');
  assert.equal(readFileSync(world.file(built, 'app/src/static/a.css'), 'utf8'), 'a');
  assert.equal(existsSync(world.file(built, 'app/src/secret')), false);
  assert.ok(statSync(world.file(built, 'data')).isDirectory());
  assert.deepEqual(built.warnings, [
    'HEALTHCHECK has no effect: give the container a livenessProbe or a readinessProbe',
  ]);
});

test('COPY puts files where Docker does', async (t) => {
  const world = new World(t, { 'a.txt': 'a', 'b.txt': 'b', 'd/c.txt': 'c', 'd/e/f': 'f' });
  const built = await world.build(`FROM alpine
COPY a.txt /file
COPY a.txt /folder/
COPY *.txt /many/
COPY d /tree
COPY --chown=1:1 --chmod=750 d/c.txt d/e /both/
COPY ["a.txt", "/with space/"]
WORKDIR /folder
COPY /b.txt .
COPY b.txt ../there
`);
  const all = readdirSync(world.file(built, ''), { recursive: true, withFileTypes: true });
  const files = all
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(world.file(built, ''), path.join(entry.parentPath, entry.name)));
  assert.deepEqual(files.sort(), [
    ...['both/c.txt', 'both/f', 'file', 'folder/a.txt', 'folder/b.txt', 'many/a.txt', 'many/b.txt'],
    ...['there', 'tree/c.txt', 'tree/e/f', 'with space/a.txt'],
  ]);
  assert.equal(statSync(world.file(built, 'both/c.txt')).mode & 0o777, 0o750);
});

test('ADD unpacks archives, COPY does not, and addresses are not fetched', async (t) => {
  const world = new World(t);
  writeFileSync(path.join(world.folder, 'x.tar'), tarOf([{ path: 'in/side', text: 'x' }]));
  const built = await world.build('FROM debian\nADD x.tar /added/\nCOPY x.tar /copied/\n');
  assert.equal(readFileSync(world.file(built, 'added/in/side'), 'utf8'), 'x');
  assert.ok(existsSync(world.file(built, 'copied/x.tar')));
  await assert.rejects(
    world.build('FROM debian\nADD https://example.org/x /x'),
    /^DockerfileError: Dockerfile line 2: https:\/\/example.org\/x is not fetched: download it/,
  );
});

test('nothing is copied from outside the folder, nor through a link to outside the image', async (t) => {
  const world = new World(t, { 'd/x': 'x', y: 'y' });
  symlinkSync('/etc/passwd', path.join(world.folder, 'out'));
  symlinkSync(world.folder, path.join(world.folder, 'd/context'));
  await assert.rejects(
    world.build('FROM debian\nCOPY ../../secret /'),
    /"..\/..\/secret" leads out of the folder/,
  );
  await assert.rejects(world.build('FROM debian\nCOPY out /'), /"out" leads out of the folder/);
  await world.build('FROM debian\nCOPY d /d\nCOPY y /d/context/written\n');
  assert.equal(existsSync(path.join(world.folder, 'written')), false);
});

test('what is wrong is one line that names the line of the file', async (t) => {
  const world = new World(t, { a: 'a', b: 'b', '.dockerignore': 'b' });
  for (const [lines, message] of [
    ['COPY a /', /line 1: COPY stands before the first FROM/],
    [
      'FROM php:8',
      /line 1: FROM php:8: nothing is fetched from a registry; this machine stands for python, node/,
    ],
    ['FROM debian\nCOPY c /', /line 2: COPY failed: there is no "c" in the folder that is built/],
    ['FROM debian\nCOPY b /', /line 2: COPY failed: there is no "b" .*dockerignore leaves it out/],
    ['FROM debian\nCOPY a', /line 2: COPY needs what to copy and where to/],
    ['FROM debian\nCOPY --parents a /', /line 2: COPY --parents is not supported/],
    ['FROM debian\nCOPY a a /x', /line 2: COPY of several files needs a folder/],
    ['FROM debian\nCOPY --from=nobody a /x', /line 2: COPY --from=nobody: there is no such stage/],
    ['FROM debian\nONBUILD RUN x', /line 2: ONBUILD is not supported/],
    ['FROM debian\nCOPPY a /', /line 2: there is no instruction COPPY/],
    ['FROM debian\nEXPOSE x', /line 2: "x" is no port/],
    ['FROM debian\nSTOPSIGNAL x', /line 2: "x" is no signal/],
    ['FROM debian\nENV A', /line 2: ENV needs NAME=VALUE/],
    ['FROM debian\nWORKDIR', /line 2: WORKDIR says nothing/],
    ['FROM debian AS', /line 1: write FROM IMAGE/],
    ['# nothing', /has no FROM line/],
  ] as const) {
    await assert.rejects(world.build(lines), (error) => {
      assert.match((error as Error).message, message);
      return !(error as Error).message.includes('\n');
    });
  }
});

test('stages copy from each other, and begin with each other', async (t) => {
  const world = new World(t, { main: 'm' });
  const built = await world.build(`FROM node:24 AS build
ENV A=1
COPY main /out/main
FROM build AS more
COPY main /out/second
FROM nginx
COPY --from=build /out/main /usr/share/nginx/html/
COPY --from=1 /out /all
`);
  assert.equal(built.image.base, 'nginx');
  assert.ok(existsSync(world.file(built, 'usr/share/nginx/html/main')));
  assert.deepEqual(readdirSync(world.file(built, 'all')).sort(), ['main', 'second']);
  assert.deepEqual(built.image.config.env, {});
});

test('an image that was built is a base for another', async (t) => {
  const world = new World(t, { a: 'a' });
  await world.build('FROM python:3\nCOPY a /a\nENV A=1\nCMD ["x"]', { name: 'mine:1' });
  const built = await world.build('FROM mine:1\nENV B=$A\nENTRYPOINT ["y"]');
  assert.ok(existsSync(world.file(built, 'a')));
  assert.deepEqual(built.image.config.env, { A: '1', B: '1' });
  assert.deepEqual(built.image.config.cmd, [], 'an ENTRYPOINT drops the CMD of the base');
});

test('build arguments come from outside, count where they are declared, and stay out of the image', async (t) => {
  const world = new World(t);
  const lines = 'ARG V=3\nFROM python:$V\nARG V\nARG W=w\nENV OUT=$V-$W-$OTHER';
  const plain = await world.build(lines);
  assert.equal(plain.image.config.env.OUT, '3-w-');
  const given = await world.build(lines, { buildArgs: { W: 'given', OTHER: 'o' } });
  assert.equal(given.image.config.env.OUT, '3-given-');
  assert.deepEqual(given.warnings, ['--build-arg OTHER is not used: the Dockerfile has no ARG OTHER']);
});

test('RUN lines are refused, skipped with what they would have installed, or run', async (t) => {
  const world = new World(t, { 'requirements.txt': 'no-such-package-1>=2 # why\n-e .\n' });
  const lines =
    'FROM python:3\nWORKDIR /app\nCOPY . .\nENV A=1\nRUN pip install -r requirements.txt no-such-2\nRUN true';
  await assert.rejects(
    world.build(lines, { runLines: 'refuse' }),
    /RUN lines \(line 5: RUN pip install .*; line 6: RUN true\): build it with --skip-run, .* --run/,
  );
  const skipped = await world.build(lines);
  assert.deepEqual(skipped.image.requirements, [
    { kind: 'python', packages: ['no-such-2', 'no-such-package-1'] },
  ]);
  assert.match(
    skipped.warnings.join('\n'),
    /not run: RUN true\n.*python3 lacks no-such-2, no-such-package-1 \(\S+python3\): "\S+ -m pip install/,
  );
  const steps: RunStep[] = [];
  const run = async (step: RunStep) => {
    steps.push(step);
    writeFileSync(path.join(step.files, 'made'), 'made');
    return step.argv.at(-1) === 'true' ? 3 : 0;
  };
  await assert.rejects(world.build(lines, { runLines: run }), /line 6: RUN true ended with exit code 3/);
  assert.deepEqual(steps[1]?.argv, ['/bin/sh', '-c', 'true']);
  assert.deepEqual([steps[0]?.workingDir, steps[0]?.env, steps[0]?.base], ['/app', { A: '1' }, 'python']);
  await assert.rejects(
    world.build('FROM debian\nRUN --mount=type=secret,id=a cat /run/secrets/a', { runLines: run }),
    /line 2: RUN --mount=type=secret,id=a is not supported/,
  );
  await assert.rejects(
    world.build('FROM debian\nRUN x', { runLines: () => Promise.reject(new Error('no overlays')) }),
    /line 2: RUN x could not be run: no overlays/,
  );
  const ran = await world.build('FROM debian\nSHELL ["/bin/bash", "-c"]\nRUN x', { runLines: run });
  assert.ok(existsSync(world.file(ran, 'made')));
  assert.deepEqual(steps.at(-1)?.argv, ['/bin/bash', '-c', 'x']);
});

test('packages that npm would have installed are looked for where Node does', async (t) => {
  const world = new World(t, {
    'package.json': '{"dependencies": {"there": "1", "missing": "1"}}',
    'node_modules/there/x': '',
  });
  const built = await world.build('FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run x');
  assert.match(built.warnings.join('\n'), /the image lacks the packages missing: run "npm install"/);
});

test('the same files and lines are the same image, whatever their times', async (t) => {
  const world = new World(t, { a: 'a' });
  const [one, two] = [await world.build('FROM debian\nCOPY a /'), await world.build('FROM debian\nCOPY a /')];
  assert.equal(one.image.id, two.image.id);
  writeFileSync(path.join(world.folder, 'a'), 'b');
  assert.notEqual((await world.build('FROM debian\nCOPY a /')).image.id, one.image.id);
});

// The bootstrap in a copy of the clone's few files, on a machine of our own making: PATH has the basic tools, an old `node` or none, and an
// `npm` that writes down how it was called and installs without a network. tests/e2e/fresh-clone.test.ts does it with the real npm.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { makeBasicTools } from './testing/basic-tools.ts';
import { programOnPath } from './testing/programs.ts';

const sources = path.join(import.meta.dirname, '..');
let folder: string;
let clone: string;
let bin: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'relevo bootstrap '));
  clone = path.join(folder, 'clone');
  bin = path.join(folder, 'bin');
  for (const file of ['relevo', 'scripts/bootstrap.sh', 'package-lock.json']) {
    cpSync(path.join(sources, file), path.join(clone, file));
  }
  mkdirSync(path.join(clone, 'src/cli'), { recursive: true });
  writeFileSync(
    path.join(clone, 'src/cli/main.ts'),
    'console.log(JSON.stringify(process.argv.slice(2)) as string);\n',
  );
  makeBasicTools(bin);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): void {
  // Never written through a link to the machine's own program.
  rmSync(path.join(bin, name), { force: true });
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
}

/** A `node` that, asked for its version, is too old. */
function oldNode(): void {
  program('node', 'exit 1');
}

function goodNode(): void {
  program('node', `exec "${process.execPath}" "$@"`);
}

/** An npm that puts this test's own Node where the platform's package would have it; `extra` runs first. */
function npm(extra = ''): void {
  program(
    'npm',
    `echo "$*" >>"${folder}/npm-calls"
${extra}
case "$1 $2" in
  'install --prefix')
    for word; do case $word in node-*@24) package=\${word%@24} ;; esac; done
    mkdir -p "$3/node_modules/$package/bin"
    printf '#!/bin/sh\\nexec "${process.execPath}" "$@"\\n' >"$3/node_modules/$package/bin/node"
    ${programOnPath('chmod')} 755 "$3/node_modules/$package/bin/node" ;;
  *) mkdir -p node_modules/something ;;
esac`,
  );
}

function npmCalls(): string[] {
  const file = path.join(folder, 'npm-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
}

const environment = () => ({ PATH: bin, HOME: folder });

function relevo(...args: string[]) {
  return spawnSync(path.join(clone, 'relevo'), args, { cwd: folder, env: environment(), encoding: 'utf8' });
}

test('with an old Node it fetches a new one and the packages, once, and passes the arguments on as they are', () => {
  oldNode();
  npm();
  const first = relevo('a', 'b  c', '');
  assert.deepEqual([first.status, first.stdout], [0, '["a","b  c",""]\n'], first.stderr);
  assert.match(first.stderr, /^relevo: fetching Node 24 .*\nrelevo: fetching packages .*\n$/);
  assert.deepEqual(
    npmCalls().map((call) => call.split(' ')[0]),
    ['install', 'ci'],
  );

  const second = relevo('again');
  assert.deepEqual([second.status, second.stdout, second.stderr], [0, '["again"]\n', '']);
  assert.equal(npmCalls().length, 2);
});

test('a Node that is new enough is used, and packages are fetched again when the lock file changes', () => {
  goodNode();
  npm();
  assert.equal(relevo().status, 0);
  assert.equal(relevo().status, 0);
  assert.equal(npmCalls().length, 1);
  writeFileSync(path.join(clone, 'package-lock.json'), '{}');
  assert.equal(relevo().status, 0);
  assert.equal(npmCalls().length, 2);
});

test('packages that npm ci cannot install are installed by npm install', () => {
  goodNode();
  npm('[ "$1" != ci ] || exit 1');
  assert.equal(relevo().status, 0);
  assert.deepEqual(
    npmCalls().map((call) => call.split(' ')[0]),
    ['ci', 'install'],
  );
});

test('a failed install is one line that says what to do, and is not trusted the next time', () => {
  goodNode();
  npm('mkdir -p node_modules; exit 1');
  const failed = relevo();
  assert.equal(failed.status, 1);
  assert.match(
    failed.stderr,
    /^relevo: fetching packages .*\nrelevo: npm could not fetch packages: check the network.*\n$/,
  );
  npm();
  assert.equal(relevo().status, 0);
});

test('without npm it says in one line how to get it', () => {
  oldNode();
  const { status, stderr } = relevo();
  assert.equal(status, 1);
  assert.match(stderr, /^relevo: npm is needed once, to fetch Node 24: .*apt-get install nodejs npm.*\n$/);
});

test('a fetched Node that does not run here is refused and not kept', () => {
  oldNode();
  npm('mkdir -p "$3/node_modules/broken"; exit 0');
  const { status, stderr } = relevo();
  assert.equal(status, 1);
  assert.match(stderr, /the fetched Node does not run on this machine/);
});

test('on Windows it names WSL 2', () => {
  program('uname', 'echo MINGW64_NT-10.0-22631 x86_64');
  const { status, stderr } = relevo();
  assert.equal(status, 1);
  assert.match(stderr, /^relevo: .*WSL 2.*\n$/);
});

test('it works through a chain of symbolic links', () => {
  goodNode();
  npm();
  symlinkSync('clone/relevo', path.join(folder, 'link'));
  symlinkSync(path.join(folder, 'link'), path.join(folder, 'link to link'));
  const linked = spawnSync(path.join(folder, 'link to link'), ['x'], {
    cwd: '/',
    env: environment(),
    encoding: 'utf8',
  });
  assert.deepEqual([linked.status, linked.stdout], [0, '["x"]\n'], linked.stderr);
});

test('of two that start at once one fetches and the other waits for it', async () => {
  goodNode();
  npm('sleep 1');
  const start = () => spawn(path.join(clone, 'relevo'), { env: environment(), stdio: 'ignore' });
  const codes = await Promise.all([start(), start()].map(async (child) => (await once(child, 'exit'))[0]));
  assert.deepEqual(codes, [0, 0]);
  assert.equal(npmCalls().length, 1);
});

test('the lock of a process that died is taken over', () => {
  goodNode();
  npm();
  const dead = spawnSync(process.execPath, ['--version']).pid;
  mkdirSync(path.join(clone, '.cache/lock'), { recursive: true });
  writeFileSync(path.join(clone, '.cache/lock/pid'), `${dead}\n`);
  assert.equal(relevo().status, 0);
  assert.equal(existsSync(path.join(clone, '.cache/lock')), false);
});

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { processIdentity } from '../base/process-identity.ts';
import { ClusterDir } from '../machinery/cluster-dir.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(os.tmpdir(), 'relevo-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function relevo(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, 'main.ts'), ...args],
    {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        RELEVO_HOME: path.join(home, 'relevo'),
        NODE_COMPILE_CACHE: path.join(import.meta.dirname, '../../.cache/code'),
        ...env,
      },
      encoding: 'utf8',
    },
  );
  return { status, stdout, stderr };
}

const kubeconfig = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'any', cluster: { server: 'https://127.0.0.1:6443' } }],
  users: [{ name: 'any', user: { token: 'secret' } }],
  contexts: [{ name: 'any', context: { cluster: 'any', user: 'any' } }],
  'current-context': 'any',
});

function makeCluster(name: string): ClusterDir {
  const cluster = new ClusterDir(name, { home: path.join(home, 'relevo') });
  cluster.create();
  cluster.writeKubeconfig(kubeconfig);
  return cluster;
}

const misuse: Record<string, readonly string[]> = {
  'there is no verb "frob"': ['frob'],
  "unknown option '--frob'": ['down', '--frob'],
  "missing required argument 'shell'": ['completion'],
  '"../x" cannot be a cluster\'s name': ['down', '--name', '../x'],
  'there are no messages in "xx"': ['down', '--lang', 'xx'],
};
for (const [message, args] of Object.entries(misuse)) {
  test(`"relevo ${args.join(' ')}" is wrong usage: one line and exit code 2`, () => {
    const { status, stdout, stderr } = relevo(args);
    assert.deepEqual([status, stdout, stderr.split('\n').length], [2, '', 2], stderr);
    assert.ok(stderr.startsWith(`relevo: ${message}`), stderr);
  });
}

test('what fails is one line and exit code 1', () => {
  for (const args of [['kubeconfig'], ['server', 'list'], ['snapshot', 'save', 'objects.db']]) {
    const { status, stderr } = relevo([...args, '--name', 'nowhere']);
    assert.deepEqual(
      [status, stderr],
      [1, 'relevo: there is no cluster "nowhere"; "relevo up --name nowhere" makes one\n'],
    );
  }
});

test('the language of messages follows --lang before or after the verb, else the locale', () => {
  const spanish = 'El clúster «default» no está en marcha; «relevo up» lo arranca.\n';
  assert.equal(relevo(['down', '--lang', 'es']).stdout, spanish);
  assert.equal(relevo(['--lang', 'es', 'down']).stdout, spanish);
  assert.equal(relevo(['down'], { LC_ALL: '', LC_MESSAGES: 'es_MX.UTF-8', LANG: 'en_GB' }).stdout, spanish);
  assert.match(relevo(['down'], { LANG: 'fi_FI.UTF-8' }).stdout, /^The cluster "default"/);
});

test('kubeconfig --merge makes a new file for its owner only and keeps the mode and the other entries of an old one', () => {
  makeCluster('web');
  const file = path.join(home, '.kube/config');
  const args = ['kubeconfig', '--name', 'web', '--merge'];
  assert.equal(relevo(args).status, 0);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(readFileSync(file, 'utf8'), /current-context: relevo-web/);

  writeFileSync(
    file,
    'apiVersion: v1\nkind: Config\nusers: # mine\n- name: me\n  user: {}\ncurrent-context: mine\n',
  );
  chmodSync(file, 0o640);
  assert.equal(relevo([...args, '--no-current']).status, 0);
  const merged = readFileSync(file, 'utf8');
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.match(merged, /# mine/);
  assert.match(merged, /name: relevo-web/);
  assert.match(merged, /current-context: mine/);
});

test('a kubeconfig that is none is left alone by --merge', () => {
  makeCluster('web');
  const file = path.join(home, 'broken');
  writeFileSync(file, '- [not a kubeconfig');
  assert.equal(relevo(['kubeconfig', '--name', 'web', '--merge'], { KUBECONFIG: file }).status, 1);
  assert.equal(readFileSync(file, 'utf8'), '- [not a kubeconfig');
});

/** As if this process were it. */
function makeRunningCluster(name: string): ClusterDir {
  const cluster = makeCluster(name);
  cluster.writeRuntime({
    ...{ pid: process.pid, identity: processIdentity(process.pid) ?? '', startedAt: '', version: '' },
    ...{ apiUrl: '', data: cluster.data, ports: {} },
  });
  return cluster;
}

test('kubectl gets its arguments as they are, our kubeconfig, and gives its exit code', () => {
  const cluster = makeRunningCluster('web');
  const bin = path.join(home, 'bin');
  mkdirSync(bin);
  writeFileSync(path.join(bin, 'kubectl'), '#!/bin/sh\necho "$KUBECONFIG"; printf "<%s>" "$@"; exit 7\n', {
    mode: 0o755,
  });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  for (const separator of [['--'], []]) {
    const args = ['kubectl', '--name', 'web', ...separator, 'get', 'pods', '-o', 'wide', '--name', 'x y'];
    const { status, stdout } = relevo(args, env);
    assert.deepEqual([status, stdout], [7, `${cluster.kubeconfig}\n<get><pods><-o><wide><--name><x y>`]);
  }
});

test('without a kubectl, kubectl says how to get one', () => {
  makeRunningCluster('default');
  const empty = path.join(home, 'empty');
  mkdirSync(empty);
  const { status, stderr } = relevo(['kubectl', 'version'], { PATH: empty });
  assert.equal(status, 1);
  assert.match(stderr, /^relevo: kubectl is not on PATH: get it with .*\n$/);
});

test('delete removes the cluster and all it has, and nothing else', () => {
  const cluster = makeCluster('web');
  const other = makeCluster('other');
  assert.equal(relevo(['delete', '--name', 'web']).status, 0);
  assert.equal(cluster.readKubeconfig(), undefined);
  assert.equal(other.readKubeconfig(), kubeconfig);
});

test("bash completes verbs, a verb's options and an option's values with the script", () => {
  const { stdout: script } = relevo(['completion', 'bash']);
  const complete = (...words: string[]) => {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const ask = `${script}\nCOMP_WORDS=(${quoted}) COMP_CWORD=${words.length - 1}; _relevo; echo "\${COMPREPLY[*]}"`;
    return spawnSync('bash', ['-c', ask], { encoding: 'utf8' }).stdout.trim();
  };
  assert.equal(complete('relevo', 'kubect'), 'kubectl');
  assert.equal(complete('relevo', 'kubeconfig', '--me'), '--merge');
  assert.equal(complete('relevo', 'completion', ''), 'bash zsh fish --name --lang -h --help');
  assert.equal(complete('relevo', 'down', '--name', ''), '');
});

test('the command works through a symbolic link, as npm installs it', () => {
  const link = path.join(home, 'relevo-link');
  symlinkSync(path.join(import.meta.dirname, 'main.ts'), link);
  const { status, stdout } = spawnSync(process.execPath, [link, '--version'], { encoding: 'utf8' });
  assert.equal(status, 0);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

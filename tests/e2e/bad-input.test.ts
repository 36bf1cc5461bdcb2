// What bad input gets on the command line: the right exit code, one clear line that says what is wrong and what to do, and nothing lost.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { processesOf, RelevoHome } from '../support/relevo.ts';

let home: RelevoHome;
before(() => {
  home = new RelevoHome();
});
after(() => home.remove());

function file(name: string, text: string): string {
  const full = path.join(home.path, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

/** Checks that it fails with one line, and that nothing else was printed. */
async function refused(where: RelevoHome, args: string[], code: number, says: RegExp): Promise<void> {
  const ended = await where.run(...args);
  assert.deepEqual([ended.code, ended.stdout], [code, ''], `${args.join(' ')}: ${ended.stderr}`);
  assert.match(ended.stderr, /^relevo: [^\n]*\n$/);
  assert.match(ended.stderr, says);
}

test('a command line that makes no sense is wrong usage', async () => {
  const cases: [args: string[], says: RegExp][] = [
    [['frob'], /there is no verb "frob"; "relevo --help" lists them/],
    [['up', '--frob'], /unknown option '--frob'; "relevo up --help" says more/],
    [['up', 'extra'], /too many arguments .*; "relevo up --help" says more/],
    [['up', '--nodes', '0'], /1 to 1000 nodes/],
    [['up', '--nodes', '100000'], /1 to 1000 nodes/],
    [['up', '--nodes', 'many'], /1 to 1000 nodes/],
    [['up', '--api-port', '0'], /1 to 65535 ports/],
    [['up', '--runtime', 'vm'], /process, simulated/],
    [['up', '--data', ''], /--data is empty: name a folder/],
    [['up', '--name', 'My Cluster'], /"My Cluster" cannot be a cluster's name: use 1 to 40 of a-z/],
    [['status', '--lang', 'xx'], /en and es/],
    [['snapshot', 'restore'], /missing required argument 'file'; "relevo snapshot restore --help" says more/],
    [['load', 'run', 'ftp://example.org'], /"ftp:\/\/example\.org": addresses begin with http:/],
    [['load', 'run', '--frob'], /unknown option '--frob'; "relevo load run --help" says more/],
    [['load', 'run', '--users'], /argument missing; "relevo load run --help" says more/],
    [['--name', 'load', 'status', '--frob'], /"relevo status --help" says more/],
    [['snapshot', 'frob'], /unknown command 'frob'/],
  ];
  for (const [args, says] of cases) await refused(home, args, 2, says);
  assert.deepEqual(readdirSync(home.path), []);
});

test('what cannot be applied is told before anything is started', async () => {
  const noObject = /no object of the API: it must have apiVersion, kind and metadata\.name/;
  const cases: [path: string, says: RegExp][] = [
    [file('broken.yml', 'kind: Pod\nmetadata: [\n'), /broken\.yml:\d+: not valid YAML/],
    [path.join(home.path, 'missing.yml'), /missing\.yml: there is no such file or folder/],
    [path.dirname(file('junk/notes.txt', 'hello')), /junk: no \.yaml, \.yml or \.json in this folder/],
    [path.dirname(file('values/values.yml', 'replicas: 3\n')), noObject],
    [file('text.yml', 'just some text\n'), noObject],
    [file('empty.yml', '# nothing\n---\n'), /empty\.yml: there is no object in it to apply/],
    [
      file('nameless.yml', 'apiVersion: v1\nkind: ConfigMap\n'),
      /nameless\.yml:1: the ConfigMap has no metadata/,
    ],
    [file('12.yml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 12}\n'), /put it into quotes/],
  ];
  mkdirSync(path.join(home.path, 'empty'));
  cases.push([path.join(home.path, 'empty'), /empty: no \.yaml/]);
  for (const [given, says] of cases) await refused(home, ['up', '-f', given], 1, says);
  assert.ok(!existsSync(path.join(home.path, 'clusters')));
});

test('verbs that need a cluster say that there is none and how to get one', async () => {
  const makes = /"relevo up.*" makes one/;
  await refused(home, ['kubectl', 'get', 'pods'], 1, makes);
  await refused(home, ['kubeconfig'], 1, makes);
  for (const [verb, code] of [
    ['down', 0],
    ['delete', 0],
    ['status', 1],
  ] as const) {
    const ended = await home.run(verb);
    assert.deepEqual([ended.code, ended.stderr], [code, ''], verb);
    assert.match(ended.stdout, /^The(re is no)? cluster "default".*"relevo up" .*\n$/);
  }
});

test('a RELEVO_HOME or a data folder that cannot be is named', async () => {
  const noFolder = new RelevoHome(file('a-file', ''));
  const inTheWay = new RegExp(`cannot make the folder ${noFolder.path} \\(there is a file of that name\\)`);
  for (const detach of [[], ['--detach']]) {
    await refused(noFolder, ['up', ...detach], 1, inTheWay);
    await refused(noFolder, ['up', ...detach], 1, /: set RELEVO_HOME to a folder that can$/m);
    await refused(
      home,
      ['up', ...detach, '--data', noFolder.path],
      1,
      /: choose another folder with --data$/m,
    );
  }
  assert.equal((await noFolder.run('status')).code, 1);
  assert.equal((await noFolder.run('down')).code, 0);
});

const asRoot = process.getuid?.() === 0;
test('a RELEVO_HOME that is not writable is named', {
  skip: asRoot && 'root may write everywhere',
}, async () => {
  const locked = path.join(home.path, 'locked');
  mkdirSync(locked, { mode: 0o500 });
  await refused(new RelevoHome(locked), ['up'], 1, /permission denied\): set RELEVO_HOME/);
});

const manifests = `
apiVersion: v1
kind: ConfigMap
metadata: { name: early, namespace: later }
---
apiVersion: e.test/v1
kind: Frob
metadata: { name: early }
spec: { count: 1 }
---
apiVersion: v1
kind: Frobnicator
metadata: { name: kind }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: selector }
spec:
  selector: { matchLabels: { app: a } }
  template: { metadata: { labels: { app: b } }, spec: { containers: [{ name: c, image: i }] } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: field }
frob: 1
---
apiVersion: v1
kind: Service
metadata: { name: type }
spec: { ports: [{ port: eighty }] }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: nowhere, namespace: nope }
---
apiVersion: v1
kind: Service
metadata: { name: first }
spec: { type: NodePort, ports: [{ port: 80, nodePort: 31999 }] }
---
apiVersion: v1
kind: Service
metadata: { name: clash }
spec: { type: NodePort, ports: [{ port: 80, nodePort: 31999 }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: later }
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: frobs.e.test }
spec:
  group: e.test
  scope: Namespaced
  names: { plural: frobs, kind: Frob }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;

suite('manifests that the API refuses', () => {
  after(() => home.run('delete', '--name', 'apply'));

  test('are told one by one with file and line, the others are applied, definitions and namespaces first', async () => {
    const given = file('manifests.yml', manifests);
    const args = ['up', '--detach', '--name', 'apply', '--runtime', 'simulated', '-f', given];
    const { code, stdout, stderr } = await home.run(...args);
    assert.equal(code, 1);
    const applied = /^Applied {2,}(.*)$/m.exec(stdout)?.[1]?.split(', ');
    const expected = [
      'CustomResourceDefinition/frobs.e.test',
      'Namespace/later',
      'ConfigMap/early',
      'Frob/early',
    ];
    assert.deepEqual(applied, [...expected, 'Service/first'], stdout + stderr);
    const complaints = [
      /:11: Frobnicator\/kind: the API serves no kind Frobnicator in v1; "relevo kubectl api-resources" lists/,
      /:15: Deployment\/selector: .*`selector` does not match template `labels`$/,
      /:22: ConfigMap\/field: .*unknown field "frob"$/,
      /:27: Service\/type: .*cannot unmarshal string/,
      /:32: ConfigMap\/nowhere: namespaces "nope" not found; add the Namespace nope to the manifests$/,
      /:41: Service\/clash: .*31999.*allocated$/,
    ];
    const lines = stderr.split('\n').filter((line) => line.startsWith('relevo: '));
    assert.equal(lines.length, complaints.length, stderr);
    for (const [index, complaint] of complaints.entries()) assert.match(lines[index] ?? '', complaint);
  });

  test('and a second up of the same cluster or on its data is told who has it', async () => {
    const data = path.join(home.path, 'clusters/apply/data');
    await refused(
      home,
      ['up', '--name', 'apply'],
      1,
      /"apply" is running already \(process \d+\); "relevo down/,
    );
    await refused(
      home,
      ['up', '--name', 'b', '--data', data],
      1,
      /in use by another cluster \(process \d+\); stop/,
    );
    await refused(
      home,
      ['snapshot', 'restore', '--name', 'apply', 'any'],
      1,
      /running already .*"relevo down/,
    );
    await home.kubectl('apply', 'get', 'configmap', 'early', '-n', 'later');
  });

  test('and nothing is left of it when it is down', async () => {
    assert.equal((await home.run('down', '--name', 'apply')).code, 0);
    assert.deepEqual(processesOf(home.path), []);
    await refused(
      home,
      ['kubectl', '--name', 'apply', 'get', 'pods'],
      1,
      /does not run; "relevo up" starts it/,
    );
  });
});

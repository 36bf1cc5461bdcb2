import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { kubeconfigPaths, loadKubeconfig, parseKubeconfig } from './kubeconfig.ts';
import { connectionOf } from './kubeconfig-connection.ts';
import type { KubeconfigEntry } from './kubeconfig-entry.ts';
import { mergeKubeconfig, removeFromKubeconfig, serializeKubeconfig } from './kubeconfig-merge.ts';

const ours: KubeconfigEntry = {
  name: 'relevo',
  cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': btoa('CA') },
  user: { token: 't' },
};

const theirs = `# my clusters
apiVersion: v1
kind: Config
clusters:
  - name: work # do not touch
    cluster: { server: https://work.example }
users: []
contexts:
  - name: work
    context: { cluster: work, user: me }
current-context: work
preferences: {}
`;

async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'relevo-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

test('a context gives server, trust, credentials and namespace', async () => {
  const config = await parseKubeconfig(serializeKubeconfig({ ...ours, namespace: 'shop' }), 'f');
  assert.deepEqual(await connectionOf(config), {
    context: 'relevo',
    namespace: 'shop',
    transport: {
      server: 'https://127.0.0.1:6443',
      ca: 'CA',
      tlsServerName: undefined,
      insecureSkipTlsVerify: undefined,
      cert: undefined,
      key: undefined,
      token: 't',
      tokenFile: undefined,
      basicAuth: undefined,
    },
  });
});

test('files are relative to the kubeconfig that names them, inline data wins', async (t) => {
  const path = await directory(t);
  await writeFile(join(path, 'ca.pem'), 'CA');
  await writeFile(join(path, 'key.pem'), 'KEY');
  const user = { 'client-key': 'key.pem', 'client-certificate-data': btoa('CERT'), tokenFile: 'token' };
  const cluster = { server: 'https://a', 'certificate-authority': 'ca.pem' };
  await writeFile(join(path, 'config'), serializeKubeconfig({ name: 'a', cluster, user }));
  const { transport } = await connectionOf(await loadKubeconfig([join(path, 'config')]));
  assert.deepEqual([transport.ca, transport.cert, transport.key], ['CA', 'CERT', 'KEY']);
  assert.equal(transport.tokenFile, join(path, 'token'));
});

test('of several files the first that has an entry wins, and missing ones are passed over', async (t) => {
  const path = await directory(t);
  const files = ['none', 'a', 'b'].map((name) => join(path, name));
  const [, a = '', b = ''] = files;
  await writeFile(a, serializeKubeconfig({ ...ours, cluster: { server: 'https://first' } }));
  await writeFile(b, mergeKubeconfig(theirs, { ...ours, cluster: { server: 'https://second' } }));
  const config = await loadKubeconfig(files);
  assert.equal((await connectionOf(config)).transport.server, 'https://first');
  assert.equal((await connectionOf(config, 'relevo')).context, 'relevo');
  assert.equal(config.contexts.has('work'), true);
});

test('KUBECONFIG may name several files, without it there is one', () => {
  assert.deepEqual(kubeconfigPaths({ KUBECONFIG: '/a::/b' }, '/home/x'), ['/a', '/b']);
  assert.deepEqual(kubeconfigPaths({}, '/home/x'), ['/home/x/.kube/config']);
});

test('what is missing or broken is said in one line', async () => {
  const broken: [string, RegExp][] = [
    ['a: [', /^f: not valid YAML: /],
    ['- a', /^f: not a kubeconfig$/],
    ['clusters: {}', /^f: clusters must be a list$/],
    ['users: [{}]', /^f: an entry of users has no name$/],
  ];
  for (const [text, message] of broken) await assert.rejects(parseKubeconfig(text, 'f'), { message });
  const config = await parseKubeconfig(theirs, 'f');
  await assert.rejects(connectionOf(config), { message: 'the kubeconfig has no user "me" (it has: none)' });
  await assert.rejects(connectionOf(config, 'x'), { message: /no context "x" \(it has: work\)/ });
  await assert.rejects(connectionOf(await parseKubeconfig('', 'f')), { message: /no current context/ });
  const exec = await parseKubeconfig(
    serializeKubeconfig({ ...ours, user: { exec: { command: 'aws' } } }),
    'f',
  );
  await assert.rejects(connectionOf(exec), { message: /user "relevo" logs in with exec/ });
});

test('merging keeps comments and other entries, twice is once, and removing gives the rest back', () => {
  const merged = mergeKubeconfig(theirs, ours);
  assert.match(merged, /# my clusters/);
  assert.match(merged, /# do not touch/);
  const data = parse(merged);
  assert.deepEqual(
    data.clusters.map(({ name }: { name: string }) => name),
    ['work', 'relevo'],
  );
  assert.equal(data['current-context'], 'relevo');
  assert.equal(mergeKubeconfig(merged, ours), merged);
  const kept = parse(mergeKubeconfig(theirs, ours, { setCurrent: false }));
  assert.equal(kept['current-context'], 'work');
  const removed = removeFromKubeconfig(merged, 'relevo');
  assert.deepEqual(parse(removed), { ...parse(theirs), 'current-context': '' });
  assert.match(removed, /# do not touch/);
});

test('merging into nothing, an empty mapping or JSON works; into something broken is refused', () => {
  assert.deepEqual(parse(mergeKubeconfig(undefined, ours)), parse(serializeKubeconfig(ours)));
  assert.equal(parse(mergeKubeconfig('{"clusters":null}', ours)).clusters[0].name, 'relevo');
  for (const text of ['a: [', 'just text', '- a', 'clusters: 3', 'a: 1\na: 2', '---\na: 1\n---\nb: 2\n']) {
    assert.throws(() => mergeKubeconfig(text, ours), { name: 'KubeconfigError' }, text);
  }
});

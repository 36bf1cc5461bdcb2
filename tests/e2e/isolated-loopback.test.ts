// Nodes that share this machine's network and nothing else: pods have host names, processes and roots of their own there, for root and for an
// ordinary user; what shares the network is told as such.

import assert from 'node:assert/strict';
import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { processFile, processIds } from '../../src/base/process-files.ts';
import { whyNoPidNamespaces } from '../../src/network/netns/feasibility.ts';
import { alsoAsNobody } from '../support/as-nobody.ts';
import { eventually } from '../support/eventually.ts';
import { processesOf, RelevoHome } from '../support/relevo.ts';

const options = { skip: (await whyNoPidNamespaces()) ?? false };
const patienceMs = 60_000;
/** Two of these run at the same time, and share the network: what is one's own has a number of its own. */
const own = 18_000 + (process.pid % 1_000);
const home = new RelevoHome();
const kubectl = (...args: string[]) => home.kubectl('default', ...args);

before(async () => {
  if (options.skip) return;
  const { code, stderr } = await home.run('up', '--detach', '--nodes', '2', '--network', 'loopback');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /the network of this machine and your rights/);
  assert.doesNotMatch(stderr, /plain processes/);
});
after(async () => {
  await home.run('delete');
  home.remove();
});

/** Resolves when it runs. */
async function create(name: string, container: object, spec: object = {}): Promise<void> {
  const containers = [{ name: 'app', image: 'host', ...container }];
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } };
  const file = path.join(home.path, `${name}.json`);
  writeFileSync(file, JSON.stringify(pod));
  await kubectl('apply', '-f', file);
  await kubectl('wait', '--for=condition=Ready', '--timeout=60s', `pod/${name}`);
}

/** What `named` has become: pids. */
function sleepers(): number[] {
  return processIds().filter((pid) => processFile(pid, 'cmdline') === `sleep\0${own}\0`);
}

const inside = (pod: string, script: string) => kubectl('exec', pod, '--', 'sh', '-c', script);

test(
  'a pod has its host name, its processes and its root, and the network of this machine',
  options,
  async () => {
    await create('named', { command: ['sh', '-c', `hostname; exec sleep ${own}`] });
    await eventually(async () => (await kubectl('logs', 'named')) === 'named\n', patienceMs);
    const [processes, network] = (
      await inside('named', 'ls -d /proc/[0-9]* | wc -l; readlink /proc/self/ns/net')
    ).split('\n');
    assert.ok(Number(processes) < 10, processes);
    assert.equal(network, readlinkSync('/proc/self/ns/net'));
    assert.equal(await inside('named', `[ -e ${home.path} ] || echo hidden`), 'hidden\n');
    const events = await kubectl('get', 'events', '--field-selector', 'involvedObject.name=named');
    assert.doesNotMatch(events, /HostNameShared|VolumesElsewhere/);
  },
);

test('volumes are where they are mounted, and the pod is reached at its address', options, async () => {
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const container = { image: 'relevo/web', ports: [{ containerPort: 8080 }], volumeMounts };
  await create('web', container, { volumes: [{ name: 'data', emptyDir: {} }] });
  assert.equal(await inside('web', 'echo x > /data/x; ls /data'), 'x\n');
  const ip = await kubectl('get', 'pod', 'web', '-o', 'jsonpath={.status.podIP}');
  const response = await eventually(() => fetch(`http://${ip}:8080/`).catch(() => undefined), patienceMs);
  assert.equal(((await response.json()) as { pod: string }).pod, 'web');
});

test('who listens on every address is seen from within the node', options, async () => {
  await create(
    'wide',
    {
      image: 'relevo/web',
      ports: [{ containerPort: own }],
      env: [{ name: 'HOST', value: '0.0.0.0' }],
    },
    { nodeName: 'node-1' },
  );
  await eventually(async () => {
    const text = await kubectl('describe', 'pod', 'wide');
    return new RegExp(`WrongListenAddress.*\\(process \\d+\\) listens on 0\\.0\\.0\\.0:${own}`).test(text);
  }, patienceMs);
});

test('a node is frozen, thawed, and lost with all that is on it', options, async () => {
  const node = await kubectl('get', 'pod', 'named', '-o', 'jsonpath={.spec.nodeName}');
  const run = async (...args: string[]) => {
    const { code, stderr } = await home.run('node', ...args, node);
    assert.equal(code, 0, stderr);
  };
  const [pid] = sleepers();
  const state = () => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  await run('freeze');
  assert.equal(state(), 'T');
  await run('thaw');
  await eventually(() => state() === 'S');
  await run('stop');
  await eventually(() => sleepers().length === 0);
  await run('start');
  await kubectl('wait', '--for=condition=Ready', `node/${node}`, '--timeout=60s');
  await eventually(() => sleepers().length === 1, patienceMs);
});

test('nothing is left when the supervisor is killed, and the next start is a good one', options, async () => {
  const { pid } = JSON.parse(readFileSync(path.join(home.path, 'clusters/default/runtime.json'), 'utf8'));
  process.kill(pid, 'SIGKILL');
  await eventually(() => processesOf(home.path).length + sleepers().length === 0, patienceMs);
  const { code, stderr } = await home.run('up', '--detach');
  assert.equal(code, 0, stderr);
  await kubectl('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s');
});

test(
  'where there can be no PID namespaces, nodes are plain processes, and that is said with the reason',
  options,
  async (t) => {
    const plain = new RelevoHome();
    const forbid = 'echo 0 > /proc/sys/user/max_pid_namespaces; exec "$@"';
    const under = ['unshare', '--user', '--map-root-user', 'sh', '-c', forbid, 'forbid'];
    t.after(async () => {
      await plain.run('delete');
      plain.remove();
    });
    const start = (network: string) =>
      plain.startUnder(under, 'up', '--detach', '--nodes', '1', '--network', network).ended;
    const asked = await start('loopback');
    assert.equal(asked.code, 0, asked.stderr);
    assert.match(asked.stderr, /plain processes .*\(namespaces cannot be made: /);
    await plain.run('down');
    const automatic = await start('auto');
    assert.equal(automatic.code, 0, automatic.stderr);
    // The reason is told once.
    assert.match(
      automatic.stderr,
      /share the network of this machine: namespaces cannot be made: .*\n.*plain processes [^(]*\n/,
    );
  },
);

alsoAsNobody(import.meta.url);

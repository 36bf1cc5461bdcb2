import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { alsoAsNobody } from '../../../tests/support/as-nobody.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { runProgram } from '../../base/run-program.ts';
import { ClusterDir } from '../../machinery/cluster-dir.ts';
import { whyNoNetns, whyNoPidNamespaces } from '../../network/netns/feasibility.ts';
import { NetnsPremises } from './netns-premises.ts';
import type { NetworkChoice } from './networks.ts';
import { openPremises } from './open.ts';
import type { Place, Premises, PremisesOptions } from './premises.ts';

const netns = { skip: (await whyNoNetns()) ?? false };
const pids = { skip: (await whyNoPidNamespaces()) ?? false };
const one = { name: 'node-1', index: 1 };
const two = { name: 'node-2', index: 2 };
const outward = { addresses: ['192.0.2.9'], ports: [8080] };
const options: PremisesOptions = { number: 77, ownPorts: [6443], outward, onLost: () => {} };

async function loopback(t: TestContext, choice: NetworkChoice = 'loopback') {
  const home = mkdtempSync(path.join(tmpdir(), 'relevo-premises-'));
  t.after(() => rmSync(home, { recursive: true }));
  const opened = await openPremises(new ClusterDir('default', { home }), choice, options);
  t.after(() => opened.premises.close());
  return opened;
}

async function said(place: Place, script: string): Promise<string> {
  const enter = (await place.enter?.()) ?? [];
  return (await runProgram([...enter, 'sh', '-c', script])).trim();
}

/** Resolves when it runs there. */
async function sleeper(place: Place) {
  const [program = '', ...args] = [...((await place.enter?.()) ?? []), 'sh', '-c', 'echo up; sleep 1000'];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return { ended: once(child, 'exit') };
}

test('nodes that share the network have names, PIDs and mounts of their own', pids, async (t) => {
  const { premises, whyNot, whyPlain } = await loopback(t);
  assert.deepEqual([whyNot, whyPlain, premises.network.isolated], [undefined, undefined, true]);
  const [first, second] = [one, two].map((member) => premises.groundOf(member).place) as [Place, Place];
  assert.equal(await said(first, 'mount -t tmpfs none /mnt; touch /mnt/x; hostname'), 'node-1');
  assert.equal(await said(first, 'ls /mnt'), 'x');
  const network = readlinkSync('/proc/self/ns/net');
  const script = '[ ! -e /mnt/x ]; echo $?; hostname; readlink /proc/self/ns/net';
  assert.equal(await said(second, script), `0\nnode-2\n${network}`);
});

test(
  'such a node is killed with all that is on it, and has power again when it is entered',
  pids,
  async (t) => {
    const { premises } = await loopback(t);
    const ground = premises.groundOf(one);
    assert.equal(premises.groundOf(one), ground);
    const { ended } = await sleeper(ground.place);
    await ground.silence();
    ground.kill();
    await ended;
    assert.equal(await said(ground.place, 'hostname'), 'node-1');
  },
);

test('nodes are plain processes where that is asked for', async (t) => {
  process.env.RELEVO_ISOLATION = 'none';
  t.after(() => delete process.env.RELEVO_ISOLATION);
  const { premises, whyPlain } = await loopback(t);
  assert.equal(premises.network.isolated, false);
  assert.match(String(whyPlain), /RELEVO_ISOLATION/);
  assert.equal(premises.groundOf(one).place.enter, undefined);
});

test(
  'a network that is lost is told once, its nodes are dead, and all is there anew for who enters',
  netns,
  async (t) => {
    let losses = 0;
    const premises: Premises = await NetnsPremises.open({ ...options, onLost: () => losses++ });
    t.after(() => premises.close());
    const ground = premises.groundOf(one);
    const before = await premises.centre.enter?.();
    const { ended } = await sleeper(ground.place);
    process.kill(targetOf(before), 'SIGKILL');
    await ended;
    await eventually(() => losses === 1);
    assert.notEqual(targetOf(await premises.centre.enter?.()), targetOf(before));
    assert.equal(await said(ground.place, 'hostname'), 'node-1');
    assert.match(await said(premises.centre, 'ip -o link'), /node1/);
    assert.equal(losses, 1);
  },
);

test('others are let in where that was asked for, whatever a balancer remembers of another start', async (t) => {
  const { premises } = await loopback(t);
  const mayOpen = (host: string, port: number) => premises.centre.mayOpen?.({ host, port });
  assert.equal(mayOpen('127.0.0.1', 8080), true);
  assert.deepEqual([mayOpen('192.0.2.9', 8080), mayOpen('192.0.2.9', 31_000)], [true, true]);
  assert.deepEqual([mayOpen('192.0.2.9', 6443), mayOpen('192.0.2.8', 8080)], [false, false]);
  assert.equal(mayOpen('0.0.0.0', 8080), false);
});

test('so they are where nodes have networks of their own, and the API stays inside', netns, async (t) => {
  const premises: Premises = await NetnsPremises.open(options);
  t.after(() => premises.close());
  const mayOpen = (host: string, port: number) => premises.centre.mayOpen?.({ host, port });
  assert.deepEqual([mayOpen('127.0.0.1', 6443), mayOpen('192.0.2.9', 8080)], [true, true]);
  assert.deepEqual([mayOpen('192.0.2.9', 6443), mayOpen('192.0.2.8', 8080)], [false, false]);
});

test('the end of its own making is no loss', netns, async () => {
  let losses = 0;
  const premises = await NetnsPremises.open({ ...options, onLost: () => losses++ });
  await premises.complete();
  await premises.close();
  await premises.close();
  assert.equal(losses, 0);
});

function targetOf(words: readonly string[] = []): number {
  return Number(words.find((word) => word.startsWith('--target='))?.slice('--target='.length));
}

alsoAsNobody(import.meta.url);

// What a container with a root of its own sees, and what it does not. Run within a node's namespaces by isolated-runtime.test.ts.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { CreatePodError } from '../../src/runtime/errors.ts';
import type { ProcessRuntime } from '../../src/runtime/process/process-runtime.ts';
import type { ContainerSpec } from '../../src/runtime/runtime.ts';
import { eventually } from '../support/eventually.ts';
import { exitOf, openWorld, podSpec, said, shell } from '../support/process-world.ts';

const isRoot = !/^\s*0\s+[1-9]/.test(readFileSync('/proc/self/uid_map', 'utf8'));

function open(t: TestContext) {
  return openWorld(t, { isolation: 'namespaces' });
}

/** What a shell says in a container of its own. */
async function ask(
  runtime: ProcessRuntime,
  script: string,
  more: Partial<ContainerSpec> = {},
  pod = 'pod-1',
) {
  const container = await runtime.startContainer(pod, shell(script, more));
  await exitOf(runtime, container);
  return (await said(runtime, container.id)).join('\n');
}

async function run(runtime: ProcessRuntime, id: string, ...command: string[]): Promise<string> {
  const session = await runtime.exec(id, { command });
  const [out] = await Promise.all([text(session.stdout), session.stderr && text(session.stderr)]);
  await session.exited;
  return out.trim();
}

test('a pod has a host name, processes and files in /etc of its own', async (t) => {
  const { runtime } = await open(t);
  const network = { ips: ['127.0.0.1'], hostAliases: [{ ip: '10.1.2.3', hostnames: ['db', 'db.example'] }] };
  const dns = { nameservers: ['10.96.0.10'], searches: ['default.svc.cluster.local'], options: ['ndots:5'] };
  await runtime.createPod({ ...podSpec('named'), hostname: 'web-0', network: { ...network, dns } });
  const script = 'hostname; cat /etc/hostname /etc/hosts /etc/resolv.conf; ls -d /proc/[0-9]* | wc -l';
  const answer = await ask(runtime, script, {}, 'named');
  assert.match(answer, /^web-0\nweb-0\n/);
  assert.match(answer, /127\.0\.0\.1\tweb-0\n.*\n10\.1\.2\.3\tdb\tdb\.example/);
  assert.match(answer, /search default\.svc\.cluster\.local\nnameserver 10\.96\.0\.10\noptions ndots:5/);
  assert.ok(Number(answer.split('\n').at(-1)) < 10, answer);
});

test('neither the cluster, nor homes, nor other pods can be seen', async (t) => {
  const { world, runtime } = await open(t);
  await runtime.createPod(podSpec('pod-2'));
  const secret = path.join(world.folder, 'ca.key');
  writeFileSync(secret, 'secret');
  const other = await runtime.startContainer('pod-2', shell('echo mine > /tmp/file; exec sleep 1000'));
  await eventually(async () => (await run(runtime, other.id, 'cat', '/tmp/file')) === 'mine');
  const look = `cat ${secret} /proc/1/root${secret} /tmp/file; ls ${world.folder} /home /root; ls -A /tmp; cat /proc/*/root${secret}; echo end`;
  const lines = (await ask(runtime, look)).split('\n').filter((line) => !line.startsWith('! '));
  assert.deepEqual(
    lines.filter((line) => !/^(\/home:|\/root:)?$/.test(line)),
    ['end'],
  );
});

test('the machine cannot be changed', async (t) => {
  const { runtime } = await open(t);
  const attempts = [
    'touch /usr/made',
    'echo 1 > /proc/sys/vm/swappiness',
    'echo h > /proc/sysrq-trigger',
    'mount -t tmpfs tmpfs /mnt',
    'head -c1 /proc/kcore | grep -q .',
    'mknod /tmp/disk b 254 0 && head -c1 /tmp/disk',
    'touch /sys/made',
  ];
  const script = attempts.map((one, at) => `(${one}) 2>/dev/null && echo ${at}`).join('; ');
  assert.equal(await ask(runtime, `${script}; echo end`), 'end');
  assert.ok(!existsSync('/usr/made'));
});

test('a container writes in files of its own, which nobody else has', async (t) => {
  const { runtime } = await open(t);
  const script =
    'for d in / /etc /tmp /run /var/tmp /dev/shm; do echo x > $d/own || exit 1; done; ls -d /*/own; [ ! -e /own2 ]';
  const container = await runtime.startContainer('pod-1', shell(script));
  assert.equal((await exitOf(runtime, container)).exitCode, 0, (await said(runtime, container.id)).join());
  assert.equal(await ask(runtime, 'ls -d /own /*/own 2>/dev/null; echo end', { name: 'b' }), 'end');
});

test('a root for reading only takes nothing', async (t) => {
  const { runtime } = await open(t);
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-volume-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const mounts = [{ source: folder, target: '/data', readOnly: false }];
  const script = 'touch /x /tmp/x 2>/dev/null; ls -A /tmp; touch /data/x && echo end';
  assert.equal(await ask(runtime, script, { mounts, security: { readOnlyRoot: true } }), 'end');
  assert.ok(existsSync(path.join(folder, 'x')));
});

test("volumes may lie below the machine's folders and behind links", async (t) => {
  const { runtime } = await open(t);
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-volume-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'index.html'), 'hello');
  const targets = ['/usr/share/nginx/html', '/var/run/secrets/app', '/bin/own folder'];
  const mounts = targets.map((target) => ({ source: folder, target, readOnly: true }));
  const script = targets.map((target) => `cat '${target}/index.html'; echo`).join('; ');
  assert.equal(
    await ask(runtime, `${script}; (touch '${targets[0]}/x') 2>/dev/null || ls /run`, { mounts }),
    'hello\nhello\nhello\nlock\nsecrets',
  );
  // Where the machine has such a file it is not the volume's.
  const own = '/usr/share/nginx/html/index.html';
  assert.ok(!existsSync(own) || readFileSync(own, 'utf8') !== 'hello');
});

test('a mount inside of a pod stays there', async (t) => {
  const { runtime } = await open(t);
  const before = readFileSync('/proc/self/mountinfo', 'utf8');
  const security = { privileged: true };
  const script = 'mount -t tmpfs tmpfs /mnt && touch /mnt/x && echo mounted; exec sleep 1000';
  const { id } = await runtime.startContainer('pod-1', shell(script, { security }));
  await eventually(async () => (await said(runtime, id))[0] === 'mounted');
  assert.equal(readFileSync('/proc/self/mountinfo', 'utf8'), before);
});

test('rights are those of a container, and may be taken and given', async (t) => {
  const { runtime } = await open(t);
  const bits = async (security?: ContainerSpec['security']) =>
    BigInt(`0x${await ask(runtime, "sed -n 's/CapBnd:\\t//p' /proc/self/status", { security })}`);
  assert.equal(await bits(), 0xa00425fbn & ~(1n << 27n));
  assert.equal(await bits({ dropCapabilities: ['ALL'], addCapabilities: ['NET_BIND_SERVICE'] }), 1n << 10n);
  assert.ok((await bits({ privileged: true })) & (1n << 21n));
  const wrong = runtime.startContainer('pod-1', shell('', { security: { addCapabilities: ['FLY'] } }));
  await assert.rejects(wrong, /there is no capability "FLY"/);
});

test('a user is another one where there are others, and a warning where not', async (t) => {
  const { runtime } = await open(t);
  const started = await runtime.startContainer(
    'pod-1',
    shell('id -u; id -g', { security: { uid: 1000, gid: 2000 } }),
  );
  await exitOf(runtime, started);
  assert.deepEqual(await said(runtime, started.id), isRoot ? ['1000', '2000'] : ['0', '0']);
  assert.match(started.warnings?.join() ?? '', isRoot ? /^$/ : /not as 1000/);
});

test('nothing in a variable helps the starters go astray', async (t) => {
  const { runtime } = await open(t);
  const env = {
    PATH: '/nowhere:/usr/bin:/bin',
    LD_PRELOAD: '/none.so',
    'my.name': 'x y',
    IFS: 'a',
    ENV: '/none',
  };
  const answer = await ask(
    runtime,
    "env -0 | tr '\\0' '\\n' | grep -aE '^(PATH|LD_PRELOAD|ENV)='; echo $((1+1))",
    { env },
  );
  assert.deepEqual(
    answer
      .split('\n')
      .filter((line) => !line.startsWith('! '))
      .toSorted(),
    ['2', 'ENV=/none', 'LD_PRELOAD=/none.so', 'PATH=/nowhere:/usr/bin:/bin'],
  );
  const named = await runtime.startContainer('pod-1', shell('', { command: ['printenv', 'my.name'], env }));
  await exitOf(runtime, named);
  assert.ok((await said(runtime, named.id)).includes('x y'));
});

test('ends are told as they were, and stops reach the program', async (t) => {
  const { runtime } = await open(t);
  const ends = async (script: string) => {
    const { exitCode, signal } = await exitOf(runtime, await runtime.startContainer('pod-1', shell(script)));
    return [exitCode, signal];
  };
  assert.deepEqual(await ends('exit 0'), [0, undefined]);
  assert.deepEqual(await ends('exit 3'), [3, undefined]);
  assert.deepEqual(await ends('kill -SEGV $$'), [139, 11]);
  assert.deepEqual(await ends('kill -9 $$'), [137, 9]);
  const polite = 'trap "echo bye; exit 5" USR1; echo up; while :; do sleep 0.01; done';
  const { id } = await runtime.startContainer('pod-1', shell(polite, { stopSignal: 'SIGUSR1' }));
  await eventually(async () => (await said(runtime, id)).includes('up'));
  assert.equal((await runtime.stopContainer(id, { graceMs: 60_000 }))?.exit?.exitCode, 5);
  const left = shell('echo because > /dev/termination-log; exit 1', {
    terminationMessagePath: '/dev/termination-log',
  });
  assert.equal((await exitOf(runtime, await runtime.startContainer('pod-1', left))).message, 'because\n');
});

test('exec is inside, in the working directory, and says what is not there', async (t) => {
  const { runtime } = await open(t);
  const { id } = await runtime.startContainer(
    'pod-1',
    shell('echo x > file; exec sleep 1000', { workingDir: '/app/new', env: { A: 'b' } }),
  );
  await eventually(async () => (await run(runtime, id, 'cat', 'file')) === 'x');
  assert.equal(await run(runtime, id, 'sh', '-c', 'hostname; pwd; echo $A'), 'pod-1\n/app/new\nb');
  await assert.rejects(runtime.exec(id, { command: ['no-such'] }), /there is no such program/);
  const terminal = await runtime.exec(id, {
    command: ['sh', '-c', 'trap "echo caught; exit 4" INT; echo up; while :; do sleep 0.01; done'],
    tty: true,
    stdin: true,
  });
  let heard = '';
  terminal.stdout.on('data', (chunk) => {
    heard += chunk;
    if (/up/.test(heard) && !/\^C/.test(heard)) terminal.stdin?.write('\x03');
  });
  assert.equal((await terminal.exited).exitCode, 4);
});

test('a terminal has a name, for the program itself and for what is executed, and no other pod has it', async (t) => {
  const { runtime } = await open(t);
  const named = /^\/dev\/pts\/\d+$/;
  const script = 'tty; tty <>/dev/tty; stat -c %n $(tty); exec sleep 1000';
  const { id } = await runtime.startContainer('pod-1', { ...shell(script), tty: true, stdin: true });
  const [name = '', again, there] = await eventually(async () => {
    const lines = (await said(runtime, id)).map((line) => line.trim());
    return lines.length === 3 && lines;
  });
  assert.match(name, named);
  assert.deepEqual([again, there], ['/dev/tty', name]);
  const session = await runtime.exec(id, { command: ['sh', '-c', 'tty; ls /dev/pts'], tty: true });
  const lines = (await text(session.stdout)).split(/\s+/).filter(Boolean);
  assert.match(String(lines[0]), named);
  assert.deepEqual(
    lines.slice(1),
    [name, lines[0]]
      .map((one) => path.basename(String(one)))
      .concat('ptmx')
      .sort(),
  );
  await runtime.createPod(podSpec('pod-2'));
  assert.equal(await ask(runtime, 'ls /dev/pts', {}, 'pod-2'), 'ptmx');
});

test('a pod whose sandbox died is given another one', async (t) => {
  const { world, runtime } = await open(t);
  const container = await runtime.startContainer('pod-1', shell('sleep 1000'));
  const records = path.join(world.folder, 'programs');
  const file = execFileSync('sh', ['-c', `ls ${records}/sandbox-*`])
    .toString()
    .trim();
  process.kill(JSON.parse(readFileSync(file, 'utf8')).pid, 'SIGKILL');
  assert.equal((await exitOf(runtime, container)).exitCode, 137);
  assert.equal(await ask(runtime, 'hostname', { attempt: 1 }), 'pod-1');
});

test('the same port can be bound in two pods', {
  skip: !existsSync('/sbin/ip') && !existsSync('/usr/bin/ip') && !existsSync('/bin/ip'),
}, async (t) => {
  const { runtime } = await open(t);
  mkdirSync('/run/netns', { recursive: true });
  for (const name of ['a', 'b']) {
    execFileSync('ip', ['netns', 'add', name]);
    execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
    t.after(() => execFileSync('ip', ['netns', 'del', name]));
    const network = { ips: ['127.0.0.1'], namespacePath: `/run/netns/${name}` };
    await runtime.createPod({ ...podSpec(name), network });
    const image = await runtime.resolveImage({ image: 'relevo/web', policy: 'Always' });
    const ports = [{ containerPort: 80, protocol: 'TCP' as const }];
    const { id } = await runtime.startContainer(name, { ...shell(''), command: undefined, image, ports });
    await eventually(async () =>
      (await said(runtime, id)).some((line) => line.includes('listens on 0.0.0.0:80')),
    );
  }
  const nowhere = { ...podSpec('c'), network: { ips: [], namespacePath: '/run/netns/none' } };
  await assert.rejects(runtime.createPod(nowhere), CreatePodError);
});

test('lines are not lost when a runtime goes and another comes', async (t) => {
  const { world, runtime } = await open(t);
  const script = 'i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo line $i; done; exit 7';
  const first = await runtime.startContainer('pod-1', shell(script));
  await runtime.close();
  const next = await world.open();
  assert.equal((await exitOf(next, first)).exitCode, 7);
  assert.deepEqual(
    await said(next, first.id),
    Array.from({ length: 1_000 }, (_, i) => `line ${i + 1}`),
  );
});

test('an image that brings a root of its own has nothing of the machine in it', async (t) => {
  const store = mkdtempSync(path.join(tmpdir(), 'relevo-images-'));
  t.after(() => rmSync(store, { recursive: true }));
  writeOwnRoot(store);
  const { runtime } = await openWorld(t, { isolation: 'namespaces', images: store });
  const image = await runtime.resolveImage({ image: 'own', policy: 'Never' });
  const script = 'echo /*; echo $A; echo x > /made; read -r name </etc/hostname; echo $name; kill -TERM $$';
  const spec = { ...shell(''), command: ['/shell', '-c', script], image, workingDir: '/work' };
  const container = await runtime.startContainer('pod-1', spec);
  assert.equal((await exitOf(runtime, container)).exitCode, 143, (await said(runtime, container.id)).join());
  const [top = '', variable, name] = await said(runtime, container.id);
  assert.deepEqual(
    top.split(' ').filter((one) => /^\/(usr|home|root|opt)$/.test(one)),
    [],
  );
  assert.deepEqual([variable, name], ['from the image', 'pod-1']);
  const sleeping = {
    ...spec,
    name: 'b',
    command: ['/shell', '-c', 'while :; do read -r line </dev/zero; done'],
  };
  const { id: running } = await runtime.startContainer('pod-1', sleeping);
  assert.equal(await run(runtime, running, '/shell', '-c', 'pwd; echo $A'), '/work\nfrom the image');
});

test("an image's files lie over the machine's programs, and its server finds them", async (t) => {
  const store = mkdtempSync(path.join(tmpdir(), 'relevo-images-'));
  t.after(() => rmSync(store, { recursive: true }));
  const files = writeImage(store, { base: 'nginx', cmd: ['nginx', '-g', 'daemon off;'] });
  for (const name of ['usr/share/nginx/html/index.html', 'bin/own', 'app/data']) {
    mkdirSync(path.dirname(path.join(files, name)), { recursive: true });
    writeFileSync(path.join(files, name), `#!/bin/sh\necho ${name}\n`, { mode: 0o755 });
  }
  const { runtime } = await openWorld(t, { isolation: 'namespaces', images: store });
  const image = await runtime.resolveImage({ image: 'own', policy: 'Never' });
  const script =
    'own; cat /app/data | tail -1; echo x > /usr/share/nginx/html/made && echo made; test -x /bin/cat && echo cat';
  const container = await runtime.startContainer('pod-1', { ...shell(script), image });
  await exitOf(runtime, container);
  assert.deepEqual(await said(runtime, container.id), ['bin/own', 'echo app/data', 'made', 'cat']);
  assert.ok(!existsSync(path.join(files, 'usr/share/nginx/html/made')));
  await runtime.startContainer('pod-1', { ...shell(''), name: 'web', command: undefined, image });
  const page = await eventually(async () => (await fetch('http://127.0.0.1/')).text());
  assert.match(page, /index\.html/);
});

/** The folder for its files. */
function writeImage(store: string, { base, cmd }: { base: string; cmd: string[] }): string {
  const hex = '1'.repeat(64);
  const files = path.join(store, 'all', hex, 'files');
  mkdirSync(files, { recursive: true });
  const env = { A: 'from the image' };
  const config = { entrypoint: [], cmd, env, workingDir: '', user: '', exposedPorts: [], labels: {} };
  const about = { id: `sha256:${hex}`, source: 'load', base, config, requirements: [] };
  const record = { ...about, createdAt: '2026-01-01T00:00:00Z', sizeBytes: 1 };
  writeFileSync(path.join(store, 'all', hex, 'image.json'), JSON.stringify(record));
  writeFileSync(path.join(store, 'names.json'), JSON.stringify({ 'own:latest': about.id }));
  return files;
}

/** The machine's shell with its libraries, as a loaded image. */
function writeOwnRoot(store: string): void {
  const files = writeImage(store, { base: 'own', cmd: ['/shell'] });
  const listed = execFileSync('ldd', ['/bin/sh']).toString();
  const libraries = [...listed.matchAll(/(?:=> |^\s+)(\/\S+) \(/gm)].flatMap(([, library]) => library ?? []);
  copyFileSync('/bin/sh', path.join(files, 'shell'));
  for (const library of libraries) {
    mkdirSync(path.dirname(path.join(files, library)), { recursive: true });
    copyFileSync(library, path.join(files, library));
  }
}

// Proves that the examples run as their READMEs say, with the real command line and the real kubectl: a Flask application from its
// Dockerfile, whose replicas answer with their own names, a Node application and a static site; that images with a root of their own and
// what RUN lines made are there; and what becomes of images that are not. On both networks.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import path from 'node:path';
import { after, before as beforeAll, suite, test } from 'node:test';
import { programOnPath } from '../../scripts/testing/programs.ts';
import { hostArchitecture } from '../../src/runtime/process/images/host-architecture.ts';
import { eventually } from '../support/eventually.ts';
import { RelevoHome, type Running } from '../support/relevo.ts';
import { tarOf, writeDockerArchive } from '../support/tar-archive.ts';
import { writeFiles } from '../support/temporary-folder.ts';

const examples = path.join(import.meta.dirname, '../../examples');
const patienceMs = 60_000;

suite('images in roots of their own', () => imagesOn('netns', []));
suite('images in the root of the machine', () => imagesOn('loopback', ['env', 'RELEVO_ISOLATION=none']));

/** `before`: words before all commands. */
function imagesOn(network: string, before: readonly string[]): void {
  const home = new RelevoHome(undefined, before);
  const hasRoots = network === 'netns';
  let cluster: Running;

  const kubectl = (...args: string[]) => home.kubectl('default', ...args);
  const url = async (service: string) => {
    const ip = await kubectl(
      'get',
      'service',
      service,
      '-o',
      'jsonpath={.status.loadBalancer.ingress[0].ip}',
    );
    return `http://${ip}:8000/`;
  };

  async function run(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await home.run(...args);
    assert.equal(code, 0, `${stdout}${stderr}`);
    return stdout + stderr;
  }

  async function apply(name: string, ...files: string[]): Promise<void> {
    await kubectl('apply', ...files.flatMap((file) => ['-f', path.join(examples, name, file)]));
    await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=60s');
  }

  /** Who answers, until everybody has. */
  async function answers(service: string, count: number): Promise<string[]> {
    const names = new Set<string>();
    await eventually(async () => {
      const response = await fetch(await url(service), { headers: { connection: 'close' } });
      if (response.ok) names.add(await response.text());
      return names.size === count;
    }, patienceMs);
    return [...names].sort();
  }

  async function podNames(app: string): Promise<string[]> {
    const names = await kubectl(
      'get',
      'pods',
      '-l',
      `app=${app}`,
      '-o',
      'jsonpath={.items[*].metadata.name}',
    );
    return names.split(' ').sort();
  }

  /** Resolves with its container's state. */
  async function waitsFor(pod: string, wanted: string): Promise<{ message: string }> {
    return eventually(async () => {
      const { status } = JSON.parse(await kubectl('get', 'pod', pod, '-o', 'json'));
      const waiting = status?.containerStatuses?.[0]?.state?.waiting;
      return waiting?.reason === wanted && waiting;
    }, patienceMs);
  }

  /** Of a pod, when they have that. */
  async function logsOf(pod: string, wanted: RegExp): Promise<string> {
    return eventually(async () => {
      const lines = await kubectl('logs', pod);
      return wanted.test(lines) && lines;
    }, patienceMs);
  }

  beforeAll(async () => {
    cluster = home.start('up', '--nodes', '2', '--network', network);
    await cluster.says(/Ctrl-C stops it/, patienceMs);
  });
  after(async () => {
    cluster.process.kill('SIGINT');
    await cluster.ended;
    home.remove();
  });

  test('a Flask application from its Dockerfile: three replicas, each of which says its own name', async () => {
    const refused = await home.run('image', 'build', '-t', 'flask', path.join(examples, 'flask'));
    assert.equal(refused.code, 1);
    assert.match(
      refused.stderr,
      /RUN lines \(line 6: RUN pip install .*\): build it with --skip-run, .* --run/,
    );
    const built = await run('image', 'build', '--skip-run', '-t', 'flask', path.join(examples, 'flask'));
    assert.match(built, /Built flask:latest/);
    await apply('flask', 'deployment.yml', 'service.yml');
    const said = await answers('flask', 3);
    assert.deepEqual(
      said,
      (await podNames('flask')).map((name) => `Hello from ${name}\n`),
    );
  });

  test('a Node application, started as its package.json says', async () => {
    await run('image', 'build', '--skip-run', '-t', 'node-app', path.join(examples, 'node-app'));
    await apply('node-app', 'deployment.yml', 'service.yml');
    assert.equal((await answers('node-app', 3)).length, 3);
  });

  test('a static site that is built on nginx', async () => {
    await run('image', 'build', '-t', 'static-site', path.join(examples, 'static-site'));
    await apply('static-site', 'deployment.yml', 'service.yml');
    const response = await eventually(async () => fetch(await url('static-site')), patienceMs);
    assert.match(await response.text(), /<h1>A static site<\/h1>/);
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8');
  });

  test('relevo/static serves a ConfigMap', async () => {
    await kubectl('create', 'configmap', 'page', '--from-literal=index.html=from a ConfigMap');
    const container = {
      ...{ name: 'page', image: 'relevo/static', ports: [{ containerPort: 8081 }] },
      volumeMounts: [{ name: 'page', mountPath: '/usr/share/relevo' }],
    };
    const spec = { containers: [container], volumes: [{ name: 'page', configMap: { name: 'page' } }] };
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'page', labels: { app: 'page' } }, spec };
    const file = path.join(home.path, 'page.json');
    writeFileSync(file, JSON.stringify(pod));
    await kubectl('apply', '-f', file);
    const ports = ['--port=8000', '--target-port=8081', '--type=LoadBalancer'];
    await kubectl('expose', 'pod', 'page', ...ports);
    const response = await eventually(async () => {
      const answer = await fetch(await url('page'));
      return answer.ok && answer;
    }, patienceMs);
    assert.equal(await response.text(), 'from a ConfigMap');
  });

  test('an archive of docker save is loaded from a file and from standard input, and runs in its own root', async () => {
    const file = path.join(home.path, 'saved.tar');
    const shell = ['sh', 'id', 'ls', 'cat', 'sleep'].map((name) => {
      return { path: `bin/${name}`, type: 'SymbolicLink' as const, linkpath: 'busybox' };
    });
    const script = 'ls /; cat /srv/*; id -u; exec sleep 1000';
    const image = {
      ...{ architecture: hostArchitecture(arch()), names: ['saved:1'] },
      config: { Entrypoint: ['sh', '-c'], Cmd: [script], Env: ['PATH=/bin'], User: '1000' },
      layers: [
        tarOf([
          { path: 'bin/busybox', text: readFileSync(String(programOnPath('busybox'))), mode: 0o755 },
          ...[...shell, { path: 'srv/gone', text: 'gone' }, { path: 'etc/passwd', text: '' }],
        ]),
        tarOf([
          { path: 'srv/.wh.gone', text: '' },
          { path: 'srv/there', text: 'there\n' },
        ]),
      ],
    };
    writeDockerArchive(file, [image]);
    assert.match(await run('image', 'load', '-i', file), /Loaded saved:1 {2}sha256:/);
    assert.match(await run('image', 'load', '-t', 'other', file), /Loaded other:latest/);
    const piped = home.startUnder([...before, 'sh', '-c', `cat ${file} | "$@"`, 'sh'], 'image', 'load');
    assert.match((await piped.ended).stdout, /Loaded saved:1/);
    const table = await run('image', 'list');
    assert.match(table, /^NAME .*\n(.*\n)*saved:1 +[0-9a-f]{12} +load +own /m);
    const listed = JSON.parse(await run('image', 'list', '-o', 'json'));
    assert.ok(listed.some(({ name }: { name: string }) => name === 'other:latest'));
    const { config } = JSON.parse(await run('image', 'inspect', 'saved:1'));
    assert.deepEqual(config.cmd, [script]);
    await kubectl('run', 'saved', '--image=saved:1');
    if (!hasRoots) {
      const { message } = await waitsFor('saved', 'CreateContainerError');
      assert.match(message, /brings a root of its own, which containers on this node cannot have/);
      return;
    }
    const lines = await logsOf('saved', /there\n\d+\n/);
    assert.match(lines, /\bsrv\b/);
    assert.doesNotMatch(lines, /\b(usr|gone)\b/);
  });

  test('what RUN lines made and removed is so in pods', async () => {
    const folder = writeFiles(path.join(home.path, 'ran'), {
      'gone.txt': 'gone',
      Dockerfile: `FROM python:3
WORKDIR /app
COPY gone.txt .
RUN rm gone.txt && echo made > made.txt && echo said
RUN python -c 'print("print(6 * 7)")' > /usr/local/bin/answer.py
CMD ["sh", "-c", "ls; python /usr/local/bin/answer.py; exec sleep 1000"]
`,
    });
    assert.match(await run('image', 'build', '--run', '-t', 'ran', folder), /\n {2}said\n/);
    await kubectl('run', 'ran', '--image=ran');
    assert.equal(await logsOf('ran', /42/), 'made.txt\n42\n');
  });

  test('an image that is not there backs off, with every way out in its status', async () => {
    await kubectl('run', 'absent', '--image=flsk', '--restart=Never');
    const { message } = await waitsFor('absent', 'ImagePullBackOff');
    for (const way of ['did you mean flask:latest', 'relevo image build', 'relevo image load', 'image: host'])
      assert.ok(message.includes(way), message);
    await kubectl('run', 'never', '--image=flsk', '--image-pull-policy=Never');
    await waitsFor('never', 'ErrImageNeverPull');
  });

  test('a program that is nowhere is told', async () => {
    await kubectl('run', 'nowhere', '--image=flask', '--command', '--', '/app/nothing');
    const wanted = hasRoots
      ? /"\/app\/nothing": there is no such program in the/
      : /no program "\/app\/nothing"/;
    const message = 'jsonpath={.items[?(@.reason=="Failed")].message}';
    const ofPod = ['--field-selector', 'involvedObject.name=nowhere'];
    await eventually(
      async () => wanted.test(await kubectl('get', 'events', ...ofPod, '-o', message)),
      patienceMs,
    );
  });

  test('an image that pods use is removed only by force', async () => {
    const refused = await home.run('image', 'rm', 'node-app');
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /"node-app:latest" is used by the pod node-app-.* and 2 more .*--force/);
    assert.match(await run('image', 'rm', '--force', 'node-app'), /Removed node-app:latest/);
    assert.equal((await answers('node-app', 3)).length, 3, 'what runs goes on');
    const again = await home.run('image', 'rm', 'node-app');
    assert.match(again.stderr, /there is no image "node-app:latest"/);
  });

  test('what makes no sense is one line and exit code 2', async () => {
    for (const args of [
      ['build', '-t', 'x', '/no/such/folder'],
      ['build', '-t', 'Bad Name', examples],
      ['build', '-t', 'host', examples],
      ['build', examples],
      ['load', '/no/such/file'],
      ['inspect', 'a b'],
    ]) {
      const { code, stderr } = await home.run('image', ...args);
      assert.equal(code, 2, stderr);
      assert.match(stderr, /^relevo: [^\n]+\n$/);
    }
  });
}

// logs, exec and port-forward with the real kubectls against a kubelet's server: a current one speaks WebSockets, an old one SPDY.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { kubectlFront } from '../support/kubectl-front.ts';
import { type ServedPod, servePod } from '../support/served-pod.ts';

const kubectls = [
  ['a current kubectl', process.env.RELEVO_TEST_KUBECTL],
  ['kubectl 1.20', process.env.RELEVO_TEST_KUBECTL_120],
] as const;

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

interface Typist {
  served: ServedPod;
  args: string[];
  type(words: string[], stdin?: string): Promise<Outcome>;
}

async function typist(t: TestContext, kubectl: string): Promise<Typist> {
  const served = await servePod(t, 'echo hello from the pod; sleep 1000');
  const front = await kubectlFront(served.pod, served.port, served.certificates);
  t.after(() => front.close());
  const home = mkdtempSync(path.join(tmpdir(), 'relevo-kubectl-'));
  t.after(() => rmSync(home, { recursive: true }));
  const authority = path.join(home, 'ca.crt');
  writeFileSync(authority, served.certificates.ca);
  const args = [
    `--server=${front.url}`,
    `--certificate-authority=${authority}`,
    `--cache-dir=${home}/cache`,
    '--token=any',
  ];
  const type = (words: string[], stdin = '') =>
    new Promise<Outcome>((resolve) => {
      const child = execFile(kubectl, [...args, ...words], { timeout: 30_000 }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr });
      });
      child.stdin?.end(stdin);
    });
  return { served, args, type };
}

for (const [name, kubectl] of kubectls) {
  if (!kubectl) continue;

  test(`logs and exec with ${name}`, async (t) => {
    const { type } = await typist(t, kubectl);
    await eventually(async () => {
      const { stdout, stderr } = await type(['logs', 'web']);
      assert.equal(stdout, 'hello from the pod\n', stderr);
      return true;
    }, 10_000);
    const plain = await type(['exec', 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7']);
    assert.equal(plain.stdout, 'out\n');
    assert.match(plain.stderr, /^err\n.*command terminated with exit code 7/s);
    assert.equal(plain.code, 7);
    const long = 'x'.repeat(200_000);
    const piped = await type(['exec', '-i', 'web', '--', 'head', '-c', String(long.length)], long);
    assert.deepEqual(piped, { code: 0, stdout: long, stderr: piped.stderr });
    const missing = await type(['exec', 'web', '--', 'no-such-program']);
    assert.equal(missing.code !== 0, true);
    assert.match(missing.stderr, /there is no such program/);
  });

  test(`port-forward with ${name}`, async (t) => {
    const { args } = await typist(t, kubectl);
    const body = 'y'.repeat(500_000);
    const server = createServer((_, response) => response.end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const child = spawn(kubectl, [...args, 'port-forward', 'pod/web', `:${port}`]);
    t.after(() => child.kill());
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    const local = await eventually(() => /127\.0\.0\.1:(\d+) ->/.exec(said)?.[1], 20_000);
    const answers = await Promise.all(
      [1, 2, 3].map(async () => (await fetch(`http://127.0.0.1:${local}/`)).text()),
    );
    assert.deepEqual(answers, [body, body, body]);
  });
}

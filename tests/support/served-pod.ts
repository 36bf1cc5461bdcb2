// One pod of the process runtime and a kubelet's server in front of it, for tests of that server.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { V1Pod } from '../../src/api/generated/types.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import type { PodDirectory } from '../../src/kubelet/pod-directory.ts';
import { KubeletServer } from '../../src/kubelet/server/kubelet-server.ts';
import { nodeMarkerPrefix } from '../../src/runtime/process/marked-processes.ts';
import { ProcessRuntime } from '../../src/runtime/process/process-runtime.ts';
import type { ContainerSpec, RuntimeContainer } from '../../src/runtime/runtime.ts';
import { meta } from './objects.ts';
import { type TestCertificates, testCertificates } from './test-certificates.ts';

/** How its program is connected. */
export type Connections = Pick<ContainerSpec, 'stdin' | 'stdinOnce' | 'tty'>;

export interface ServedPod {
  pod: V1Pod;
  certificates: TestCertificates;
  runtime: ProcessRuntime;
  /** Of the pod's processes: markedProcesses(). */
  marker: string;
  /** Of the kubelet's server, on 127.0.0.1. */
  port: number;
}

/**
 * `script` is run by a shell in the container `app` of the pod `web`, whose address is 127.0.0.1; `more` says how it is connected. All of it
 * ends with the test.
 */
export async function servePod(t: TestContext, script: string, more: Connections = {}): Promise<ServedPod> {
  const folder = mkdtempSync(path.join(tmpdir(), 'relevo-served-'));
  const base = { logger: silentLogger, clock: systemClock };
  const runtime = await ProcessRuntime.open({
    ...base,
    folder,
    cluster: path.basename(folder),
    node: 'node-1',
  });
  const container = await startContainer(runtime, script, more);
  const pod = podObject(more);
  const certificates = await testCertificates();
  const { server: own, ca } = certificates;
  const server = new KubeletServer({
    ...base,
    runtime,
    directory: directoryOf(pod, container),
    tls: { ...own, ca },
    mayAsk: ({ commonName }) => commonName === 'tester',
  });
  t.after(async () => {
    await server.close();
    await runtime.stopNode();
    rmSync(folder, { recursive: true });
  });
  const marker = nodeMarkerPrefix(path.basename(folder), 'node-1');
  return { pod, certificates, runtime, marker, port: await server.listen('127.0.0.1', 0) };
}

async function startContainer(
  runtime: ProcessRuntime,
  script: string,
  more: Connections,
): Promise<RuntimeContainer> {
  const named = { uid: 'uid-web', namespace: 'default', name: 'web', hostname: 'web' };
  await runtime.createPod({ ...named, labels: {}, annotations: {}, network: { ips: ['127.0.0.1'] } });
  const image = await runtime.resolveImage({ image: 'host', policy: 'Always' });
  const plain = { env: {}, mounts: [], resources: {}, ports: [] };
  const spec = { name: 'app', attempt: 0, image, command: ['sh', '-c', script], ...plain, ...more };
  return runtime.startContainer('uid-web', spec);
}

function podObject(more: Connections): V1Pod {
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: meta('web', { uid: 'uid-web' }) },
    spec: { containers: [{ name: 'app', image: 'host', ...more }], nodeName: 'node-1' },
    status: { phase: 'Running', podIP: '127.0.0.1' },
  };
}

function directoryOf(pod: V1Pod, container: RuntimeContainer): PodDirectory {
  const entry = {
    pod,
    ips: ['127.0.0.1'],
    container: (name: string, previous?: boolean) => (name === 'app' && !previous ? container : undefined),
  };
  return {
    nodeName: 'node-1',
    find: (namespace, name) => (namespace === 'default' && name === 'web' ? entry : undefined),
    byUid: (uid) => (uid === pod.metadata.uid ? entry : undefined),
    list: () => [entry],
  };
}

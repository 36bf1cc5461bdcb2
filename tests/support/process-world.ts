// A node of the process runtime for a test, and the containers that tests like to run on it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { markedProcesses, nodeMarkerPrefix } from '../../src/runtime/process/marked-processes.ts';
import { ProcessRuntime, type ProcessRuntimeOptions } from '../../src/runtime/process/process-runtime.ts';
import type {
  ContainerExit,
  ContainerSpec,
  RuntimeContainer,
  RuntimePodSpec,
} from '../../src/runtime/runtime.ts';
import { eventually } from './eventually.ts';

const hostImage = { name: 'host', id: 'host', pulled: false };

export class ProcessWorld {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'relevo-runtime-'));
  readonly options: ProcessRuntimeOptions;
  readonly #runtimes: ProcessRuntime[] = [];

  constructor(t: TestContext, more: Partial<ProcessRuntimeOptions> = {}) {
    const cluster = path.basename(this.folder);
    this.options = {
      ...{ folder: this.folder, cluster, node: 'node-1', logger: silentLogger, clock: systemClock },
      ...more,
    };
    t.after(async () => {
      await Promise.all(this.#runtimes.map((runtime) => runtime.close()));
      await (await ProcessRuntime.open(this.options)).stopNode();
      assert.deepEqual(markedProcesses(this.marker), [], 'nothing is left');
      rmSync(this.folder, { recursive: true });
    });
  }

  /** Closed when the test ends. */
  async open(): Promise<ProcessRuntime> {
    const runtime = await ProcessRuntime.open(this.options);
    this.#runtimes.push(runtime);
    return runtime;
  }

  get marker(): string {
    return nodeMarkerPrefix(this.options.cluster, this.options.node);
  }
}

/** With the pod `pod-1`. Nothing may be left of it when the test ends. */
export async function openWorld(
  t: TestContext,
  more: Partial<ProcessRuntimeOptions> = {},
): Promise<{ world: ProcessWorld; runtime: ProcessRuntime }> {
  const world = new ProcessWorld(t, more);
  const runtime = await world.open();
  await runtime.createPod(podSpec('pod-1'));
  return { world, runtime };
}

export function podSpec(uid: string, ips = ['127.0.0.1']): RuntimePodSpec {
  const network = { ips };
  return { uid, namespace: 'default', name: uid, hostname: uid, labels: {}, annotations: {}, network };
}

/** A container of the host's shell. */
export function shell(script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  const plain = { env: {}, mounts: [], resources: {}, ports: [] };
  return { name: 'app', attempt: 0, image: hostImage, command: ['sh', '-c', script], ...plain, ...more };
}

/** The log, lines of stderr with `! ` before them. */
export async function said(runtime: ProcessRuntime, id: string, options = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const { stream, data } of runtime.logs(id, options)) {
    lines.push(`${stream === 'stderr' ? '! ' : ''}${Buffer.from(data)}`);
  }
  return lines;
}

export function exitOf(runtime: ProcessRuntime, { id }: RuntimeContainer): Promise<ContainerExit> {
  return eventually(async () => {
    const pods = await runtime.pods();
    return pods.flatMap(({ containers }) => containers).find((one) => one.id === id)?.exit;
  });
}

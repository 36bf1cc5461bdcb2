// The process runtime for the runtimes' suite, with and without namespaces for its pods.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { ProcessRuntime, type ProcessRuntimeOptions } from '../../src/runtime/process/process-runtime.ts';
import type { ContainerSpec, Runtime } from '../../src/runtime/runtime.ts';
import type { Behaviour, RuntimeUnderTest } from '../conformance/runtime-subject.ts';

const nodes = new WeakMap<Runtime, ProcessRuntimeOptions>();

async function on(options: ProcessRuntimeOptions): Promise<ProcessRuntime> {
  const runtime = await ProcessRuntime.open(options);
  nodes.set(runtime, options);
  return runtime;
}

function optionsOf(runtime: Runtime): ProcessRuntimeOptions {
  return nodes.get(runtime) as ProcessRuntimeOptions;
}

function shell(script: string): Partial<ContainerSpec> {
  return { command: ['sh', '-c', script] };
}

const behaviours: Record<Behaviour, Partial<ContainerSpec>> = {
  runs: { command: ['sleep', '1000'] },
  // A signal that is ignored from the first moment: a shell that is asked to ignore one needs a moment for that.
  stubborn: { command: ['sleep', '1000'], stopSignal: 'SIGURG' },
  speaks: shell('echo hello; echo trouble >&2; exec sleep 1000'),
  fails: shell('exit 3'),
  succeeds: shell('exit 0'),
  'no-program': { command: ['no-such-program'] },
};

export function processSubject(isolation: 'namespaces' | 'none'): RuntimeUnderTest {
  return {
    open() {
      const folder = mkdtempSync(path.join(tmpdir(), 'relevo-process-'));
      const cluster = path.basename(folder);
      return on({ folder, cluster, node: 'node-1', isolation, logger: silentLogger, clock: systemClock });
    },
    reopen: (runtime) => on(optionsOf(runtime)),
    async destroy(runtime) {
      const options = optionsOf(runtime);
      await (await ProcessRuntime.open(options)).stopNode();
      rmSync(options.folder, { recursive: true });
    },
    image: 'host',
    missingImage: 'nginx:missing',
    behaviour: (behaviour) => ({ container: behaviours[behaviour] }),
    ...(isolation === 'none'
      ? { deviations: { 'writable mounts': 'they are links, and their owner runs the pods' } }
      : {}),
  };
}

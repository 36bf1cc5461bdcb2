// What a container's resources ask node-init to enforce.

import { CreateContainerError } from '../../errors.ts';
import type { ContainerResources } from '../../runtime.ts';
import type { ProgramLimits } from './limits-report.ts';

/** Less is not enough for any program, not even to say so. */
const leastMemoryBytes = 1024 * 1024;

/** Undefined: nothing. @throws CreateContainerError for a limit that no program can meet */
export function requestedLimits(resources: ContainerResources): ProgramLimits | undefined {
  // Kubernetes reads 0 as no limit.
  const memoryBytes = resources.memoryLimitBytes || undefined;
  const cpuMillis = resources.cpuLimitMillis || undefined;
  if (memoryBytes === undefined && cpuMillis === undefined) return undefined;
  if (memoryBytes !== undefined && memoryBytes < leastMemoryBytes) {
    throw new CreateContainerError(
      `no program can run within a memory limit of ${memoryBytes} bytes: set resources.limits.memory to 1Mi or more (small programs need 16Mi, "Mi" are mebibytes and "m" thousandths of a byte)`,
    );
  }
  return { memoryBytes, cpuMillis };
}

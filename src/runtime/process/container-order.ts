// What node-init is told of a container: what to start, and what this runtime wants to find again.

import type { ContainerSpec } from '../runtime.ts';
import { requestedLimits } from './limits/requested-limits.ts';
import { markerVariable } from './marked-processes.ts';
import type { ProgramOrder } from './node-init/messages.ts';
import type { HousedProgram } from './pod-housing.ts';
import type { ProgramNotes } from './program-notes.ts';

export interface ContainerPlace {
  id: string;
  podUid: string;
  marker: string;
  logFile: string;
}

export function containerOrder(
  { id, podUid, marker, logFile }: ContainerPlace,
  spec: ContainerSpec,
  program: HousedProgram,
): ProgramOrder {
  const { argv, env, cwd, stopSignal, terminals, report } = program;
  const { stdin, stdinOnce, tty } = spec;
  return {
    ...{ id, argv, cwd, logFile, stopSignal, marker, stdin, stdinOnce, tty, terminals, report },
    env: { ...env, [markerVariable]: marker },
    limits: requestedLimits(spec.resources),
    about: notesFor(podUid, spec, program),
  };
}

function notesFor(podUid: string, spec: ContainerSpec, { warnings, inside }: HousedProgram): ProgramNotes {
  const { name, attempt, image, terminationMessagePath, terminationMessageFromLog } = spec;
  return {
    ...{ podUid, name, attempt, image, terminationMessagePath, terminationMessageFromLog },
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(inside ? { inside } : {}),
  };
}

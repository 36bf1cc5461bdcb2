// What is to be done next for a pod that shall run: a function of its spec, its containers and the time. The worker carries it out, one step
// after the other, and asks again. Pure.

import type { V1Pod } from '../../api/generated/types.ts';
import { type ContainerRecord, isRestarted, isRunning } from './container-record.ts';

export type Step =
  | { do: 'start'; record: ContainerRecord }
  /** It runs but must not go on; afterwards its restart policy decides. */
  | { do: 'replace'; record: ContainerRecord }
  /** Nothing before something happens, or before this time (monotonic milliseconds). */
  | { do: 'wait'; until?: number }
  /** All that was to run has run. */
  | { do: 'finish' };

type Verdict = 'passed' | 'blocks' | 'failed' | Step;

/** `now` is monotonic, in milliseconds. */
export function nextStep(pod: V1Pod, records: readonly ContainerRecord[], now: number): Step {
  for (const record of records) {
    if (record.role === 'main') continue;
    const verdict = initVerdict(pod, record, now);
    if (verdict === 'passed') continue;
    if (verdict === 'failed') return { do: 'finish' };
    return verdict === 'blocks' ? { do: 'wait', until: nextChange(records, now) } : verdict;
  }
  return mainStep(pod, records, now);
}

/** `passed`: the next one may start. */
function initVerdict(pod: V1Pod, record: ContainerRecord, now: number): Verdict {
  const { current, role } = record;
  if (isRunning(record)) {
    if (record.replace !== undefined) return { do: 'replace', record };
    return role === 'sidecar' && record.started ? 'passed' : 'blocks';
  }
  if (current?.exit && !isRestarted(pod, role, current.exit.exitCode)) {
    return current.exit.exitCode === 0 ? 'passed' : 'failed';
  }
  return record.notBefore <= now ? { do: 'start', record } : 'blocks';
}

function mainStep(pod: V1Pod, records: readonly ContainerRecord[], now: number): Step {
  let live = 0;
  for (const record of records) {
    if (record.role !== 'main') continue;
    const { current, replace } = record;
    if (isRunning(record)) {
      if (replace !== undefined) return { do: 'replace', record };
      live++;
    } else if (!current?.exit || isRestarted(pod, 'main', current.exit.exitCode)) {
      if (record.notBefore <= now) return { do: 'start', record };
      live++;
    }
  }
  return live === 0 ? { do: 'finish' } : { do: 'wait', until: nextChange(records, now) };
}

/** The earliest time at which a back-off ends or a status changes by itself. */
function nextChange(records: readonly ContainerRecord[], now: number): number | undefined {
  let earliest = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (!isRunning(record) && record.notBefore > now) earliest = Math.min(earliest, record.notBefore);
    if (record.laterAt !== undefined && record.laterAt > now) earliest = Math.min(earliest, record.laterAt);
  }
  return Number.isFinite(earliest) ? earliest : undefined;
}

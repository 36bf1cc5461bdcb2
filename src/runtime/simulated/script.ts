// What a simulated container does, as the annotations of its pod say. Pure; what cannot be read is ignored,
// because the pod is somebody's test and a typo must not stop it.
//
// Prefix `simulated.relevo.dev/`; each may be given for one container by appending `.CONTAINER`:
//   ready-after: 2s     from its start until it runs, and is ready (default: drawn from the runtime's distribution)
//   never-ready: "true" it runs but is not ready
//   fail-after: 10s     it ends by itself so long after it runs
//   exit-code: "3"      with this code (default 1; without fail-after: only for init containers, default 0)
//   stop-after: 500ms   how long it takes to end after SIGTERM (default 0); longer than the grace period means it is killed (137)
//   fail: start         its program "cannot be started"
//   cpu: 250m           what it uses
//   memory: 64Mi

import { milliUnits, parseQuantity, wholeUnits } from '../../api/quantity.ts';

export const annotationPrefix = 'simulated.relevo.dev/';

type Annotations = Readonly<Record<string, string>>;

export interface Script {
  readyAfterMs?: number;
  neverReady: boolean;
  failAfterMs?: number;
  exitCode?: number;
  stopAfterMs: number;
  failsToStart: boolean;
  cpuMillis: number;
  memoryBytes: number;
}

/** What a container uses whose pod says nothing. */
export interface DefaultUsage {
  cpuMillis: number;
  memoryBytes: number;
}

const millisPer: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `250ms`, `1.5s`, `2m`, or `1m30s`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)) {
    total += Number(number) * (millisPer[unit ?? ''] ?? 0);
  }
  return total;
}

function integer(text: string): number | undefined {
  return /^\d{1,3}$/.test(text) && Number(text) <= 255 ? Number(text) : undefined;
}

function quantity(text: string, toNumber: typeof wholeUnits): number | undefined {
  try {
    return toNumber(parseQuantity(text));
  } catch {
    return undefined;
  }
}

/** What the annotations say about the container with this name. */
export function scriptFor(annotations: Annotations, container: string, usage: DefaultUsage): Script {
  const text = (name: string): string | undefined =>
    annotations[`${annotationPrefix}${name}.${container}`] ?? annotations[`${annotationPrefix}${name}`];
  const read = <T>(name: string, parse: (value: string) => T | undefined): T | undefined => {
    const value = text(name);
    return value === undefined ? undefined : parse(value);
  };
  return {
    readyAfterMs: read('ready-after', durationMs),
    neverReady: text('never-ready') === 'true',
    failAfterMs: read('fail-after', durationMs),
    exitCode: read('exit-code', integer),
    stopAfterMs: read('stop-after', durationMs) ?? 0,
    failsToStart: text('fail') === 'start',
    cpuMillis: read('cpu', (value) => quantity(value, milliUnits)) ?? usage.cpuMillis,
    memoryBytes: read('memory', (value) => quantity(value, wholeUnits)) ?? usage.memoryBytes,
  };
}

// A drill's result for programs: what result.json holds, in English whatever the report speaks. Moments of the timeline are milliseconds since
// the first request.

import { inEnglish } from '../told.ts';
import type { DrillResult, RunEvidence } from '../verdict/evidence.ts';
import { zeroOf } from './tables/events-tables.ts';

/** Plain JSON. */
export function jsonOf(result: DrillResult): object {
  return {
    ...{ drill: result.scenario.name, verdict: result.verdict, reasons: inEnglish(result.reasons) },
    ...{ startedAt: new Date(result.startedAt).toISOString(), durationMs: Math.round(result.durationMs) },
    ...{ seed: result.seed, command: result.command, versions: result.versions },
    runs: inEnglish(result.runs.map(runOf)),
    scenario: result.scenario,
  };
}

function runOf(run: RunEvidence): object {
  const zero = zeroOf(run);
  const since = (at: number) => Number((at - zero).toFixed(3));
  const moment = (at: number | undefined) => (at === undefined ? {} : { at: since(at) });
  return {
    ...run,
    phases: Object.fromEntries(Object.entries(run.phases).map(([phase, at]) => [phase, since(at)])),
    timeline: run.timeline.map((event) => ({ ...event, at: since(event.at) })),
    faults: run.faults.map(({ injectedAt, undoneAt, proof, ...fault }) => ({
      ...fault,
      ...(injectedAt === undefined ? {} : { injectedAt: since(injectedAt) }),
      ...(undoneAt === undefined ? {} : { undoneAt: since(undoneAt) }),
      ...(proof === undefined ? {} : { proof: { ...proof, ...moment(proof.at) } }),
    })),
  };
}

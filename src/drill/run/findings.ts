// What samples, records and timeline of one run come to: accounting, figures and graphs. Here the parts of a drill meet.

import type { Accounting } from '../accounting/accounting.ts';
import { attribute } from '../accounting/attribute.ts';
import { reconcile } from '../accounting/reconcile.ts';
import { RecordStore } from '../accounting/record-store.ts';
import { type Seen, statesUntil } from '../accounting/states-until.ts';
import { VictimNames } from '../accounting/victim-names.ts';
import { Measures } from '../measure/measure.ts';
import type { MeasuredFault } from '../measure/measured-fault.ts';
import { seriesOf } from '../measure/series.ts';
import { isWithin, samplesIn, type Window } from '../measure/window.ts';
import type { Expectation, Measure, Scenario } from '../scenario/scenario.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import type { FaultEvidence, Measured, Series } from '../verdict/evidence.ts';
import type { FaultRun } from './fault-run.ts';
import type { Played } from './play.ts';
import type { Scene } from './scene.ts';
import { trafficEvents } from './traffic-events.ts';

export interface Findings {
  readonly accounting: Accounting;
  readonly series: Series;
  readonly faults: readonly FaultEvidence[];
  /** By their moments. */
  readonly timeline: readonly TimelineEvent[];
  measured(measure: Measure, during: Expectation['during']): Measured;
}

export interface Given {
  readonly scene: Scene;
  readonly played: Played;
  readonly faults: readonly FaultRun[];
}

/** Of a scene that has ended. */
export function findingsOf(given: Given): Findings {
  const { scene, played, faults } = given;
  const { samples, observer, options } = scene;
  const { scenario } = options;
  const { service } = scenario.target;
  const records = scene.records?.records;
  const pods = [...observer.pods.values()];
  const epochs = observer.bins;
  const shared = { samples, pods, ...(records ? { records } : {}) };
  const known = measuredFaults(faults, {
    ...{ samples, records: records ?? new RecordStore(samples.runId) },
    ...(observer.blind === undefined ? { events: observer.events } : {}),
  });
  const attribution = attribute({ ...shared, faults: known, epochs });
  const why = scene.noRecords;
  const accounting = reconcile({
    ...{ ...shared, attribution, sent: scene.sent },
    ...(why === undefined ? {} : { why }),
    ...(service && observer.blind === undefined ? { service, epochs } : {}),
  });
  const measures = new Measures({
    ...{ ...shared, attribution, faults: known, events: observer.events, readiness: observer.readiness },
    ...{ isBlind: observer.blind !== undefined, windows: windowsOf(given), slowMs: scenario.steady.slowMs },
    ...{ servers: Math.max(1, played.before.primaries), limits: rtoLimit(scenario) },
  });
  return {
    ...{ accounting, series: seriesOf(samples, records), timeline: timelineOf(given) },
    faults: faults.map((run) => evidenceOf(run, given)),
    measured: (measure, during) => measures.of(measure, during),
  };
}

/** Users are looked at from the calm phase on. */
function timelineOf({ scene, played: { phases } }: Given): TimelineEvent[] {
  const { calm: from, end: to } = phases;
  const { observer, samples, options } = scene;
  if (from === undefined || to === undefined) return observer.events;
  const felt = trafficEvents(samples, { from, to }, options.scenario.steady.slowMs);
  return [...observer.events, ...felt].sort((one, other) => one.at - other.at);
}

/** Those that began, in the order in which they did. */
function measuredFaults(faults: readonly FaultRun[], seen: Seen): MeasuredFault[] {
  return faults
    .flatMap(({ options, state }): MeasuredFault[] => {
      const { injectedAt, proof, victims, undoneAt } = state;
      if (injectedAt === undefined) return [];
      return [
        {
          ...{ step: options.index, name: options.fault.name, victims, injectedAt },
          ...(proof === undefined ? {} : { proof }),
          ...(undoneAt === undefined ? {} : { statesUntil: statesUntil(undoneAt, seen) }),
        },
      ];
    })
    .sort((one, other) => one.injectedAt - other.injectedAt);
}

/** The tightest of its limits says how often servers have to be asked. */
function rtoLimit({ expectations }: Scenario): { trafficRto?: number } {
  const limits = expectations
    .filter(({ measure }) => measure === 'trafficRto')
    .map(({ limit }) => limit.value);
  return limits.length === 0 ? {} : { trafficRto: Math.min(...limits) };
}

/** What came before the steady state is nobody's fault. */
function windowsOf(given: Given): Partial<Record<Expectation['during'], Window>> {
  const { phases } = given.played;
  const { calm, fault, end = Number.POSITIVE_INFINITY } = phases;
  if (calm === undefined) return {};
  const own = given.faults.flatMap((run) => windowOf(run, given) ?? []);
  const during: Window | undefined = own.length === 0 ? undefined : around(own);
  return {
    drill: { from: calm, to: end },
    calm: { from: calm, to: fault ?? end },
    ...(during ? { fault: during } : {}),
  };
}

function around(windows: readonly Window[]): Window {
  return {
    from: Math.min(...windows.map(({ from }) => from)),
    to: Math.max(...windows.map(({ to }) => to)),
  };
}

/** While it lasts; a kill, which is over at once, until all was well again. */
function windowOf({ state, lasts }: FaultRun, { played: { phases } }: Given): Window | undefined {
  const { injectedAt, undoneAt } = state;
  const end = phases.end ?? Number.POSITIVE_INFINITY;
  if (injectedAt === undefined) return undefined;
  const to = lasts ? (undoneAt ?? end) : (phases.recovered ?? end);
  return { from: injectedAt, to: Math.min(to, end) };
}

function evidenceOf(run: FaultRun, given: Given): FaultEvidence {
  const { state, options } = run;
  const { injectedAt, proof, undoneAt, victims } = state;
  const window = windowOf(run, given);
  return {
    ...{ step: options.index, name: options.fault.name, victims },
    ...(injectedAt === undefined ? {} : { injectedAt }),
    ...(proof === undefined ? {} : { proof }),
    ...(undoneAt === undefined || !run.lasts ? {} : { undoneAt }),
    samplesInWindow: window ? count(samplesIn(given.scene.samples, window)) : 0,
    hitsOnVictimsBefore: hitsBefore(run, given),
  };
}

/** Requests of the calm phase that its victims had answered: those who served only while the application came up are missed by nobody. */
function hitsBefore({ state }: FaultRun, { scene, played }: Given): number {
  const { injectedAt, victims } = state;
  const { records, observer, samples } = scene;
  const from = played.phases.calm;
  if (injectedAt === undefined || from === undefined) return 0;
  // Nobody knows who answered: it must not look like a fault that hits nobody.
  if (!records) return samples.size;
  const store = records.records;
  const names = new VictimNames(victims, observer.pods.values());
  const calm = { from, to: injectedAt };
  let hits = 0;
  for (let row = 0; row < store.size; row++) {
    const isHit = store.isOwn(row) && store.isAnswered(row) && isWithin(calm, store.endedAt(row));
    if (isHit && names.of(store.server(row)) !== undefined) hits++;
  }
  return hits;
}

function count(all: Iterable<unknown>): number {
  let size = 0;
  for (const _ of all) size++;
  return size;
}

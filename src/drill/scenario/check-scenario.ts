// What no drill may ask for, however well it is written: times that cannot be, expectations without what they need, and a load too thin to
// see what is expected. Found before anything is started. What needs the cluster to be known is in check-target.ts. That too few samples come
// of it in the end is no such fault: that is measured, and inconclusive.

import { accessSync, constants } from 'node:fs';
import type { Expectation, Measure, Scenario } from './scenario.ts';
import { thinLoad } from './thin-load.ts';

/** What has to be good after the last bad sample, so that it is known to have been the last: DRILLS.md, "Clocks". */
const goodTrafficMs = 5_000;

/** One line for each fault; empty: it can be tried. */
export function checkScenario(scenario: Scenario): string[] {
  const { application, load } = scenario;
  const files = load.plan === undefined ? application : [...application, load.plan];
  return [
    ...timeFaults(scenario),
    ...orderFaults(scenario),
    ...targetFaults(scenario),
    ...expectationFaults(scenario),
    ...thinLoad(scenario, 1).map(({ en }) => en),
    ...files.flatMap(fileFaults),
  ];
}

function timeFaults(scenario: Scenario): string[] {
  const { steady, calmMs, recoverMs, safety, load, expectations } = scenario;
  const least = steady.forMs + calmMs + faultsMs(scenario);
  const expectsRto = expectations.some(({ measure }) => measure === 'trafficRto');
  return lines(
    calmMs === 0 && 'calm is 0s: a phase without a fault is part of every drill',
    steady.forMs > steady.withinMs && 'steady.for is longer than steady.within: it could never be reached',
    load.ratePerSecond === 0 && 'load.rate is 0: nobody asks',
    load.timeoutMs === 0 && 'load.timeout is 0s: every request would fail',
    steady.slowMs === 0 && 'steady.slow is 0s: every request would be bad',
    least > safety.mostMs &&
      `the drill takes ${seconds(least)} s at least, and safety.within gives it up after ${seconds(safety.mostMs)} s`,
    expectsRto &&
      recoverMs < goodTrafficMs &&
      `recover is shorter than ${seconds(goodTrafficMs)} s: a trafficRto is known when users have been served well for so long after it`,
  );
}

/** From the end of the calm phase until the last fault is undone, at least. */
function faultsMs({ faults }: Scenario): number {
  let begun = 0;
  let end = 0;
  for (const { start, forMs = 0 } of faults) {
    begun = start.type === 'at' ? start.ms : begun + start.ms;
    end = Math.max(end, begun + forMs);
  }
  return end;
}

function orderFaults({ faults }: Scenario): string[] {
  let latest = 0;
  return faults.flatMap(({ fault, start }, index) => {
    if (start.type === 'after') return [];
    const isEarly = start.ms < latest;
    latest = Math.max(latest, start.ms);
    return isEarly ? [`faults[${index}]: ${fault} comes before the one above it: put them in order`] : [];
  });
}

/** Faults that need nothing but somebody to ask, or bring their own commands. */
const withoutService: readonly string[] = ['surge', 'command'];
/** Measures that need the servers and the balancer to be known. */
const ofService: ReadonlySet<Measure> = new Set<Measure>([
  ...(['capacityRto', 'sessionsMoved', 'duplicates', 'unattributed', 'backupsUsed', 'transitions'] as const),
]);

function targetFaults({ target, faults, expectations, probes }: Scenario): string[] {
  if (target.service) return [];
  const why = 'the target is an address: name its service';
  return [
    ...faults
      .filter(({ fault }) => !withoutService.includes(fault))
      .map(({ fault }) => `${fault} has nobody to hit, ${why}`),
    ...expectations
      .filter(({ measure }) => ofService.has(measure))
      .map(({ measure }) => `${measure} cannot be measured, ${why}`),
    ...probes
      .filter(({ shares }) => shares)
      .map(({ name }) => `the probe "${name}" cannot know who should answer, ${why}`),
  ];
}

function expectationFaults({ expectations, faults, load, probes }: Scenario): string[] {
  const isSession = load.sessions || load.plan !== undefined;
  const needsFault = ({ measure, during }: Expectation) =>
    during === 'fault' || measure === 'trafficRto' || measure === 'capacityRto';
  return [
    ...expectations.flatMap((expectation) =>
      lines(
        faults.length === 0 &&
          needsFault(expectation) &&
          `${expectation.measure} is expected of a fault, and there is none`,
        expectation.during === 'calm' &&
          isRto(expectation) &&
          `${expectation.measure} is expected of a phase without a fault`,
        expectation.measure === 'sessionsMoved' &&
          !isSession &&
          'sessionsMoved is expected, but users keep no cookies: load.sessions',
      ),
    ),
    ...probes
      .filter(({ when }) => when === 'fault' && faults.length === 0)
      .map(({ name }) => `the probe "${name}" waits for a fault, and there is none`),
  ];
}

function isRto({ measure }: Expectation): boolean {
  return measure === 'trafficRto' || measure === 'capacityRto';
}

function fileFaults(file: string): string[] {
  try {
    accessSync(file, constants.R_OK);
    return [];
  } catch {
    return [`the file ${file} cannot be read`];
  }
}

function lines(...faults: readonly (string | false)[]): string[] {
  return faults.filter((fault) => fault !== false);
}

function seconds(ms: number): number {
  return Number((ms / 1_000).toFixed(1));
}

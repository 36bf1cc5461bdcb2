// What a drill that went well has found, to be spoilt in one place or another.

import { parseComparison } from '../../../src/drill/scenario/comparison.ts';
import { unitOfMeasure } from '../../../src/drill/scenario/defaults.ts';
import type { Expectation, FaultStep, Measure } from '../../../src/drill/scenario/scenario.ts';
import { told } from '../../../src/drill/told.ts';
import type { FaultEvidence, Measured } from '../../../src/drill/verdict/evidence.ts';
import { expectationOutcomes, type MeasuredDuring } from '../../../src/drill/verdict/expectations.ts';
import type { Findings } from '../../../src/drill/verdict/verdict.ts';

export function expectation(
  measure: Measure,
  limit: string,
  during: Expectation['during'] = 'drill',
): Expectation {
  return { measure, limit: parseComparison(limit, unitOfMeasure[measure]), during };
}

export function measured(measure: Measure, value: number, more: Partial<Measured> = {}): Measured {
  return { value, unit: unitOfMeasure[measure], uncertainty: 0, samples: 5_000, ...more };
}

export const step: FaultStep = { fault: 'replica-kill', start: { type: 'at', ms: 0 }, parameters: {} };

export interface Plan {
  readonly faults: readonly FaultStep[];
  readonly expectations: readonly Expectation[];
}

export const plan: Plan = {
  faults: [step],
  expectations: [
    expectation('availability', '>=99.5%'),
    expectation('failedRequests', '<=10'),
    expectation('trafficRto', '<=2s'),
    expectation('unattributed', '0'),
    expectation('availability', '>99%', 'calm'),
  ],
};

const goodValues: Partial<Record<Measure, number>> = {
  ...{ availability: 1, failedRequests: 2, trafficRto: 800, unattributed: 0 },
};

export const goodMeasurement: MeasuredDuring = (measure) => measured(measure, goodValues[measure] ?? 0);

export const goodEvidence: FaultEvidence = {
  ...{ step: 0, name: 'replica-kill', injectedAt: 10_000, samplesInWindow: 1_000, hitsOnVictimsBefore: 300 },
  victims: {
    pods: [{ namespace: 'default', name: 'web-1', uid: 'u1', node: 'node-1' }],
    ...{ nodes: [], balancer: false, controlPlane: false, states: [] },
  },
  proof: { at: 10_010, uncertaintyMs: 10, evidence: told('its process is gone', 'su proceso ya no está') },
};

/** `measure` instead of the good values, where it gives something. */
export function findings(more: Partial<Findings> = {}, measure: MeasuredDuring = () => undefined): Findings {
  return {
    phases: {
      load: 0,
      steady: 3_000,
      calm: 3_000,
      fault: 10_000,
      undone: 10_100,
      recovered: 11_000,
      end: 20_000,
    },
    faults: [goodEvidence],
    outcomes: expectationOutcomes(plan, (...what) => measure(...what) ?? goodMeasurement(...what)),
    probes: [],
    accounting: {
      ...{ sent: 5_000, remainder: 0, unexplained: 0, causes: [], unattributed: 0 },
      bySample: { ok: 4_998, failed: 2, shed: 0, sorry: 0, inFlight: 0 },
    },
    ...{ invalid: [], remains: [] },
    ...more,
  };
}

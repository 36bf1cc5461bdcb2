// The result of a drill that went well, to be spoilt in one place or another.

import type { Scenario } from '../../../src/drill/scenario/scenario.ts';
import type { DrillResult, RunEvidence } from '../../../src/drill/verdict/evidence.ts';
import { findings, plan } from './findings.ts';

const latencies = { mean: 1, min: 1, max: 9, deviation: 1, p50: 1, p90: 2, p95: 3, p99: 4, p999: 9 };

export function runEvidence(more: Partial<RunEvidence> = {}): RunEvidence {
  return {
    ...findings(),
    ...{
      index: 0,
      seed: 7,
      verdict: 'pass',
      reasons: [],
      measured: {},
      timeline: [],
      clockUncertaintyMs: 0.1,
    },
    series: {
      stepMs: 100,
      ...{ ok: [10, 0, 12], failed: [0, 2, 0], sorry: [0, 0, 0], shed: [0, 0, 0] },
      ...{ p50: [1, null, 2], p99: [3, null, 4], servers: { 'web-1': [5, 0, 0], 'web-2': [5, 0, 12] } },
    },
    load: {
      ...{ label: 'TOTAL', isTransaction: false, count: 24, failed: 2, sorry: 0, shed: 0, naive: latencies },
      ...{ throughputPerSecond: 1, receivedKbPerSecond: 1, sentKbPerSecond: 1, meanBytes: 1, errors: [] },
    },
    ...more,
  };
}

export function drillResult(more: Partial<DrillResult> = {}, runs = [runEvidence()]): DrillResult {
  const scenario = {
    ...{ name: 'replica-killed', title: { en: 'A replica dies', es: 'Una réplica muere' } },
    ...{ why: { en: 'Nobody notices.' }, area: 'resistance', file: '/drills/replica-killed.yml', ...plan },
  } as unknown as Scenario;
  return {
    ...{ scenario, seed: 7, startedAt: Date.UTC(2026, 10, 21), durationMs: 20_000, runs, verdict: 'pass' },
    ...{ reasons: [], command: 'relevo drill run replica-killed --seed 7', versions: { relevo: '1.0.0' } },
    ...more,
  };
}

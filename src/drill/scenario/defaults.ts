// What a drill does where its file says nothing. The schema tells them as well.

import type { Measure, Scenario } from './scenario.ts';

export const scenarioDefaults = {
  namespace: 'default',
  load: { rate: '50/s', path: '/', method: 'GET', timeout: '5s' },
  steady: { errors: '<1%', p99: '<500ms', for: '3s', within: '60s' },
  calm: '5s',
  recover: '60s',
  safety: { bad: '50%', for: '30s', within: '10m' },
  probe: { every: '1s', status: ['200-399'] },
} as const;

/** How a measure is written, and in what a report says it. */
export const unitOfMeasure: Readonly<Record<Measure, 'ms' | 'share' | 'count'>> = {
  availability: 'share',
  failedRequests: 'count',
  trafficRto: 'ms',
  capacityRto: 'ms',
  p99: 'ms',
  sorryShare: 'share',
  shedShare: 'share',
  sessionsMoved: 'count',
  duplicates: 'count',
  unattributed: 'count',
  backupsUsed: 'count',
  transitions: 'count',
};

/** What drills are grouped under, in the order of lists and reports. */
export const areas: readonly Scenario['area'][] = [
  'functionality',
  'load',
  'resistance',
  'change',
  'sessions',
];

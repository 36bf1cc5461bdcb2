// Samples for tests: a good one, with what the test is about put in.

import type { Sample } from '../../../src/load/sample.ts';

export function sampleOf(given: Partial<Sample> = {}): Sample {
  return {
    ...{ label: 'Home', startedAt: 1_000, elapsedMs: 20, latencyMs: 15, connectMs: 2, idleMs: 0 },
    ...{ success: true, code: '200', message: 'OK', bytes: 300, sentBytes: 100, dataType: 'text' },
    ...{ user: 'visitors 1-1', group: 'visitors', url: 'http://127.0.0.1/', groupUsers: 1, allUsers: 1 },
    ...given,
  };
}

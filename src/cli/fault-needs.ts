// What a fault needs to be possible at all. Whether it is possible here, the fault itself says when it is asked.

import type { DrillWords } from './messages/drills/en.ts';

type Need = keyof DrillWords['needs'];

const needs: Readonly<Record<string, Need>> = {
  ...{ 'pod-delete': 'api', evict: 'api', cordon: 'api', drain: 'api', 'rolling-update': 'api' },
  ...{ 'node-partition': 'links', 'node-slow': 'links', surge: 'load', command: 'command' },
};

export function needOf(fault: string): Need {
  return needs[fault] ?? 'machinery';
}

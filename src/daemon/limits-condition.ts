// What a node says of itself about limits: whether they hold, and how. Pure.

import type { NodeConditionFact } from '../kubelet/node/node-facts.ts';
import type { LimitsReport } from '../runtime/process/limits/limits-report.ts';

/** True only when both memory and cpu are enforced by the kernel. Unknown while nobody can say. */
export function limitsCondition(report: LimitsReport | undefined): NodeConditionFact {
  const type = 'LimitsEnforced';
  if (!report) return { type, status: 'Unknown', reason: 'NodeInitAway', message: 'node-init does not run' };
  const { memory, cpu, detail } = report;
  if (memory === 'cgroup' && cpu === 'cgroup') {
    return { type, status: 'True', reason: 'ControlGroups', message: `memory and cpu by ${detail}` };
  }
  const held = memory === 'cgroup' ? 'memory limits are enforced' : watched;
  const slowed = cpu === 'cgroup' ? 'cpu limits are enforced' : 'cpu use is only reported';
  const reason = memory === 'cgroup' || cpu === 'cgroup' ? 'SomeControlGroups' : 'NoControlGroups';
  return { type, status: 'False', reason, message: `${held}; ${slowed}; ${detail}` };
}

const watched = 'memory is watched every second, a container beyond its limit is killed (OOMKilled)';

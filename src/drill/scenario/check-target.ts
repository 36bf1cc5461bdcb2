// What a drill may not ask of the very target it is for: known when the target has been looked at, before anything is started.

import { type Told, told } from '../told.ts';
import type { TargetView } from '../world/world.ts';
import type { Expectation, Scenario } from './scenario.ts';
import { thinLoad } from './thin-load.ts';

export type CheckedTarget = Pick<TargetView, 'pods' | 'hasPolicy' | 'service' | 'namespace'>;

/**
 * One line for each fault; empty: the target is one that this can be shown of. What its policy lacks (backups, checks) is no fault of the
 * drill: that is what drills find out.
 */
export function checkTarget(scenario: Scenario, target: CheckedTarget): Told[] {
  const { pods, hasPolicy, namespace, service } = target;
  const servers = pods.filter(({ role, ready }) => role === 'primary' && ready).length;
  const ofPolicy = scenario.expectations.filter(needsPolicy).map(({ measure }) => measure);
  return [
    ...thinLoad(scenario, Math.max(1, servers)),
    ...(hasPolicy ? [] : [...new Set(ofPolicy)]).map((measure) =>
      withoutPolicy(measure, `${namespace}/${service}`),
    ),
  ];
}

function withoutPolicy(measure: string, service: string): Told {
  return told(
    `${measure} is expected, but there is no BackendPolicy for ${service}`,
    `se espera ${measure}, pero no hay ninguna BackendPolicy para ${service}`,
  );
}

/** Expects some: that there are none is true without a policy, too. */
function needsPolicy({ measure, limit: { operator, value } }: Expectation): boolean {
  const isAtLeast = operator === '>' || (value > 0 && ['>=', '='].includes(operator));
  return measure === 'sessionsMoved' || (isAtLeast && ['backupsUsed', 'transitions'].includes(measure));
}

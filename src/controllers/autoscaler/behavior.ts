// How fast a HorizontalPodAutoscaler may follow what the metrics ask for: stabilization windows and scaling policies (KEP-853). Pure;
// times are wall-clock milliseconds.

import type {
  V2HorizontalPodAutoscalerSpec,
  V2HPAScalingPolicy,
  V2HPAScalingRules,
} from '../../api/generated/types.ts';

export interface Recommendation {
  replicas: number;
  at: number;
}

/** A change of the replica count that was made: always a positive number. */
export interface ScaleEvent {
  change: number;
  at: number;
}

export interface ScaleHistory {
  recommendations: readonly Recommendation[];
  ups: readonly ScaleEvent[];
  downs: readonly ScaleEvent[];
}

interface Rules {
  windowMs: number;
  selectPolicy: string;
  policies: readonly V2HPAScalingPolicy[];
}

export interface Verdict {
  type: string;
  status: 'True' | 'False';
  reason: string;
  message: string;
}

export interface Limited {
  replicas: number;
  /** The condition AbleToScale. */
  ableToScale: Verdict;
  /** The condition ScalingLimited. */
  scalingLimited: Verdict;
}

const defaultUp: V2HPAScalingPolicy[] = [
  { type: 'Pods', value: 4, periodSeconds: 15 },
  { type: 'Percent', value: 100, periodSeconds: 15 },
];
const defaultDown: V2HPAScalingPolicy[] = [{ type: 'Percent', value: 100, periodSeconds: 15 }];
const defaultDownWindowSeconds = 300;

function rulesOf(
  given: V2HPAScalingRules | undefined,
  windowSeconds: number,
  policies: V2HPAScalingPolicy[],
): Rules {
  return {
    windowMs: (given?.stabilizationWindowSeconds ?? windowSeconds) * 1000,
    selectPolicy: given?.selectPolicy ?? 'Max',
    policies: given?.policies?.length ? given.policies : policies,
  };
}

function upRules(spec: V2HorizontalPodAutoscalerSpec): Rules {
  return rulesOf(spec.behavior?.scaleUp, 0, defaultUp);
}

function downRules(spec: V2HorizontalPodAutoscalerSpec): Rules {
  return rulesOf(spec.behavior?.scaleDown, defaultDownWindowSeconds, defaultDown);
}

/** How long history has to be kept. */
export function historyMs(spec: V2HorizontalPodAutoscalerSpec): number {
  const periods = [...upRules(spec).policies, ...downRules(spec).policies].map(
    ({ periodSeconds }) => periodSeconds * 1000,
  );
  return Math.max(upRules(spec).windowMs, downRules(spec).windowMs, ...periods);
}

function changedSince(events: readonly ScaleEvent[], since: number): number {
  return events.reduce((sum, { change, at }) => (at > since ? sum + change : sum), 0);
}

/** The lowest wish of the up window may be followed upwards, the highest of the down window downwards. */
function stabilize(
  current: number,
  wanted: number,
  spec: V2HorizontalPodAutoscalerSpec,
  history: ScaleHistory,
  now: number,
): number {
  const within = (windowMs: number): number[] =>
    history.recommendations.filter(({ at }) => at > now - windowMs).map(({ replicas }) => replicas);
  const lowest = Math.min(wanted, ...within(upRules(spec).windowMs));
  const highest = Math.max(wanted, ...within(downRules(spec).windowMs));
  return Math.min(Math.max(current, lowest), highest);
}

function stabilized(wanted: number, result: number): Verdict {
  const base = { type: 'AbleToScale', status: 'True' } as const;
  if (result === wanted) {
    return { ...base, reason: 'ReadyForNewScale', message: 'recommended size matches current size' };
  }
  if (result < wanted) {
    const message =
      'recent recommendations were lower than current one, applying the lowest recent recommendation';
    return { ...base, reason: 'ScaleUpStabilized', message };
  }
  const message =
    'recent recommendations were higher than current one, applying the highest recent recommendation';
  return { ...base, reason: 'ScaleDownStabilized', message };
}

/** The replica count at the start of a policy's period. */
function atPeriodStart(
  current: number,
  policy: V2HPAScalingPolicy,
  history: ScaleHistory,
  now: number,
): number {
  const since = now - policy.periodSeconds * 1000;
  return current - changedSince(history.ups, since) + changedSince(history.downs, since);
}

function upLimit(current: number, rules: Rules, history: ScaleHistory, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const start = atPeriodStart(current, policy, history, now);
    return policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100));
  });
  return Math.max(current, rules.selectPolicy === 'Min' ? Math.min(...limits) : Math.max(...limits));
}

function downLimit(current: number, rules: Rules, history: ScaleHistory, now: number): number {
  if (rules.selectPolicy === 'Disabled') return current;
  const limits = rules.policies.map((policy) => {
    const start = atPeriodStart(current, policy, history, now);
    return policy.type === 'Pods' ? start - policy.value : Math.floor(start * (1 - policy.value / 100));
  });
  return Math.min(current, rules.selectPolicy === 'Min' ? Math.max(...limits) : Math.min(...limits));
}

const unlimited: Verdict = {
  type: 'ScalingLimited',
  status: 'False',
  reason: 'DesiredWithinRange',
  message: 'the desired count is within the acceptable range',
};

function limited(reason: string, what: string): Verdict {
  return { type: 'ScalingLimited', status: 'True', reason, message: `the desired replica count is ${what}` };
}

function limitUp(wanted: number, rate: number, max: number): { replicas: number; scalingLimited: Verdict } {
  const allowed = Math.min(rate, max);
  if (wanted <= allowed) return { replicas: wanted, scalingLimited: unlimited };
  const verdict =
    max <= rate
      ? limited('TooManyReplicas', 'more than the maximum replica count')
      : limited('ScaleUpLimit', 'increasing faster than the maximum scale rate');
  return { replicas: allowed, scalingLimited: verdict };
}

function limitDown(wanted: number, rate: number, min: number): { replicas: number; scalingLimited: Verdict } {
  const allowed = Math.max(rate, min);
  if (wanted >= allowed) return { replicas: wanted, scalingLimited: unlimited };
  const verdict =
    min >= rate
      ? limited('TooFewReplicas', 'less than the minimum replica count')
      : limited('ScaleDownLimit', 'decreasing faster than the maximum scale rate');
  return { replicas: allowed, scalingLimited: verdict };
}

/** What becomes of the wish for `wanted` replicas where there are `current`. The wish itself must not be in the history yet. */
export function limitScaling(
  current: number,
  wanted: number,
  spec: V2HorizontalPodAutoscalerSpec,
  history: ScaleHistory,
  now: number,
): Limited {
  const steady = stabilize(current, wanted, spec, history, now);
  const ableToScale = stabilized(wanted, steady);
  const min = spec.minReplicas ?? 1;
  if (steady > current) {
    return {
      ableToScale,
      ...limitUp(steady, upLimit(current, upRules(spec), history, now), spec.maxReplicas),
    };
  }
  if (steady < current) {
    return { ableToScale, ...limitDown(steady, downLimit(current, downRules(spec), history, now), min) };
  }
  // A wish beyond the bounds is told even when nothing moves.
  if (wanted > spec.maxReplicas)
    return { ableToScale, ...limitUp(wanted, wanted, spec.maxReplicas), replicas: steady };
  if (wanted < min) return { ableToScale, ...limitDown(wanted, wanted, min), replicas: steady };
  return { ableToScale, replicas: steady, scalingLimited: unlimited };
}

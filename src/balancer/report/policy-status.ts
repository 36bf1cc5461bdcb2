// The conditions of policies, as all balancers of a cluster write them alike. Pure.

import type { V1Condition } from '../../api/generated/types.ts';
import type { BackendPolicy, BackendPolicyStatus } from '../../api/relevo/backend-policy-types.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Verdict } from '../policy/policies.ts';

/** Undefined: the policy says it already. Conditions of other types are not ours and stay, but for one that no longer applies. */
export function policyStatus(
  { metadata, spec, status = {} }: BackendPolicy,
  verdicts: readonly Verdict[],
  nowMs: number,
): BackendPolicyStatus | undefined {
  const { generation = 0 } = metadata;
  const before = status.conditions ?? [];
  const kept = before.filter(({ type }) => !own.has(type));
  const conditions = [...verdicts.map((verdict) => condition(verdict, before, generation, nowMs)), ...kept];
  const isTold = conditions.length === before.length && conditions.every((one) => says(before, one));
  const isGood = verdicts.some(({ type, status: is }) => type === 'Accepted' && is === 'True');
  const lastGood = isGood ? JSON.stringify(spec) : status.lastGood;
  if (isTold && status.observedGeneration === generation && status.lastGood === lastGood) return undefined;
  return { observedGeneration: generation, conditions, ...(lastGood === undefined ? {} : { lastGood }) };
}

const own = new Set(['Accepted', 'SaturationMeasurable', 'BackupsFound']);

function condition(
  verdict: Verdict,
  before: readonly V1Condition[],
  observedGeneration: number,
  nowMs: number,
): V1Condition {
  const old = before.find(({ type }) => type === verdict.type);
  const lastTransitionTime = old?.status === verdict.status ? old.lastTransitionTime : timestamp(nowMs);
  return { ...verdict, observedGeneration, lastTransitionTime };
}

function says(
  before: readonly V1Condition[],
  { type, status, reason, message, observedGeneration }: V1Condition,
) {
  const old = before.find((one) => one.type === type);
  return (
    old?.status === status &&
    old.reason === reason &&
    old.message === message &&
    old.observedGeneration === observedGeneration
  );
}

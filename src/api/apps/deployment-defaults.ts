// What a Deployment means where it says nothing: in apps/v1, and in the versions before it.

import { podSpecDefaults } from '../core/pod-defaults.ts';
import type { V1Deployment, V1DeploymentSpec, V1PodTemplateSpec } from '../generated/types.ts';

interface Defaults {
  maxUnavailable: number | string;
  maxSurge: number | string;
  revisionHistoryLimit?: number;
  progressDeadlineSeconds?: number;
}

const current: Defaults = {
  maxUnavailable: '25%',
  maxSurge: '25%',
  revisionHistoryLimit: 10,
  progressDeadlineSeconds: 600,
};

const old = { ...current, revisionHistoryLimit: 2 };
/** Of extensions/v1beta1 no limit was known: the greatest int32 says so. */
const oldest: Defaults = {
  maxUnavailable: 1,
  maxSurge: 1,
  revisionHistoryLimit: 2_147_483_647,
  progressDeadlineSeconds: 2_147_483_647,
};

/** By apiVersion; undefined for an unknown one. */
const defaultsOfVersion: Record<string, Defaults> = {
  'apps/v1': current,
  'apps/v1beta2': current,
  'apps/v1beta1': old,
  'extensions/v1beta1': oldest,
};

function strategyDefaults(spec: V1DeploymentSpec, { maxUnavailable, maxSurge }: Defaults): void {
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type !== 'RollingUpdate') return;
  spec.strategy.rollingUpdate ??= {};
  spec.strategy.rollingUpdate.maxUnavailable ??= maxUnavailable;
  spec.strategy.rollingUpdate.maxSurge ??= maxSurge;
}

export function deploymentDefaults(deployment: V1Deployment): void {
  deployment.spec ??= {} as V1DeploymentSpec;
  const { spec } = deployment;
  const defaults = defaultsOfVersion[deployment.apiVersion] ?? current;
  spec.replicas ??= 1;
  strategyDefaults(spec, defaults);
  spec.revisionHistoryLimit ??= defaults.revisionHistoryLimit;
  spec.progressDeadlineSeconds ??= defaults.progressDeadlineSeconds;
  templateDefaults(spec);
}

/** A missing template gets its defaults too, so that only what a user has to say is asked for. */
export function templateDefaults(spec: { template?: V1PodTemplateSpec }): void {
  spec.template ??= {};
  spec.template.spec ??= { containers: [] };
  podSpecDefaults(spec.template.spec);
}

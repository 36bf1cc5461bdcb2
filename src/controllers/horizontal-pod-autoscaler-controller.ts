// Follows the load with the number of replicas: reads the metrics at an interval, decides, and sets the scale subresource.

import type { V1Scale, V2HorizontalPodAutoscaler, V2MetricStatus } from '../api/generated/types.ts';
import { type LabelSelectorMatcher, parseLabelSelector } from '../api/selectors.ts';
import { timestamp } from '../api/timestamp.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { KindDirectory } from '../client/kind-directory.ts';
import { keyOf } from '../client/object-key.ts';
import type { Resource } from '../client/resource.ts';
import { horizontalPodAutoscalers, pods } from '../client/resources.ts';
import {
  historyMs,
  limitScaling,
  type Recommendation,
  type ScaleEvent,
  type Verdict,
} from './autoscaler/behavior.ts';
import { MetricError, MetricReader, type Reading } from './autoscaler/metric-reading.ts';
import type { ArithmeticOptions } from './autoscaler/replica-arithmetic.ts';
import { withCondition } from './conditions.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { writeStatus } from './write-status.ts';

export interface HorizontalPodAutoscalerOptions extends ArithmeticOptions {
  /** How often the metrics are read. Default 5,000 (Kubernetes: 15,000). */
  intervalMs?: number;
}

type Status = NonNullable<V2HorizontalPodAutoscaler['status']>;

interface History {
  recommendations: Recommendation[];
  ups: ScaleEvent[];
  downs: ScaleEvent[];
}

/** One pass over one autoscaler: what it finds out and what its status will say. */
interface Pass {
  autoscaler: V2HorizontalPodAutoscaler;
  conditions: NonNullable<Status['conditions']>;
  current: number;
  desired: number;
  currentMetrics: V2MetricStatus[];
  reason: string;
  lastScaleTime?: string;
}

interface Target {
  resource: Resource;
  scale: V1Scale;
}

class Autoscalers {
  readonly #context: ControllerContext;
  readonly #intervalMs: number;
  readonly #reader: MetricReader;
  readonly #kinds: KindDirectory;
  /** By uid: a successor of the same name starts anew. */
  readonly #histories = new Map<string, History>();

  constructor(context: ControllerContext, options: HorizontalPodAutoscalerOptions) {
    this.#context = { ...context, recorder: context.recorder.from('horizontal-pod-autoscaler') };
    this.#intervalMs = options.intervalMs ?? 5_000;
    this.#reader = new MetricReader(context, options);
    this.#kinds = new KindDirectory(context.client);
  }

  forget(uid: string): void {
    this.#histories.delete(uid);
  }

  async reconcile(key: string): Promise<ReconcileResult> {
    const { client, informers } = this.#context;
    const autoscaler = informers.for(horizontalPodAutoscalers).lister.get(key);
    if (!autoscaler) return {};
    const old = autoscaler.status;
    const pass: Pass = {
      autoscaler,
      conditions: old?.conditions ?? [],
      current: old?.currentReplicas ?? 0,
      desired: old?.desiredReplicas ?? 0,
      currentMetrics: old?.currentMetrics ?? [],
      reason: '',
      ...(old?.lastScaleTime ? { lastScaleTime: old.lastScaleTime } : {}),
    };
    await this.#run(pass);
    const status: Status = {
      ...(pass.lastScaleTime ? { lastScaleTime: pass.lastScaleTime } : {}),
      observedGeneration: autoscaler.metadata.generation,
      currentReplicas: pass.current,
      desiredReplicas: pass.desired,
      currentMetrics: pass.currentMetrics,
      conditions: pass.conditions,
    };
    if (!deepEqual(status, old)) await writeStatus(client, horizontalPodAutoscalers, autoscaler, status);
    return { requeueAfterMs: this.#intervalMs };
  }

  async #run(pass: Pass): Promise<void> {
    const target = await this.#getTarget(pass);
    if (!target) return;
    this.#set(
      pass,
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    pass.current = target.scale.spec?.replicas ?? 0;
    const decided = await this.#decide(pass, target.scale);
    if (decided && pass.desired !== pass.current) await this.#rescale(pass, target);
  }

  async #getTarget(pass: Pass): Promise<Target | undefined> {
    const { apiVersion = 'v1', kind, name } = pass.autoscaler.spec.scaleTargetRef;
    try {
      const resource = await this.#kinds.find(apiVersion, kind);
      if (!resource)
        throw new Error(
          `no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`,
        );
      const api = this.#context.client.resource(resource, pass.autoscaler.metadata.namespace);
      return { resource, scale: await api.getSubresource<V1Scale>(name, 'scale') };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#warn(pass, 'FailedGetScale', message);
      const text = `the HPA controller was unable to get the target's current scale: ${message}`;
      this.#set(pass, 'AbleToScale', 'False', 'FailedGetScale', text);
      return undefined;
    }
  }

  /** Returns false when there is nothing to go by. */
  async #decide(pass: Pass, scale: V1Scale): Promise<boolean> {
    const { minReplicas = 1, maxReplicas } = pass.autoscaler.spec;
    if (pass.current === 0 && minReplicas !== 0) {
      pass.desired = 0;
      const message = 'scaling is disabled since the replica count of the target is zero';
      this.#set(pass, 'ScalingActive', 'False', 'ScalingDisabled', message);
      return false;
    }
    if (pass.current > maxReplicas) {
      pass.reason = 'Current number of replicas above Spec.MaxReplicas';
      pass.desired = maxReplicas;
      return true;
    }
    if (pass.current < minReplicas) {
      pass.reason = 'Current number of replicas below Spec.MinReplicas';
      pass.desired = minReplicas;
      return true;
    }
    return this.#followMetrics(pass, scale);
  }

  async #followMetrics(pass: Pass, scale: V1Scale): Promise<boolean> {
    try {
      const reading = await this.#reader.read(pass.autoscaler, pass.current, selectorOf(scale));
      pass.currentMetrics = reading.statuses;
      this.#adopt(pass, reading);
      return true;
    } catch (error) {
      if (!(error instanceof MetricError)) throw error;
      pass.desired = pass.current;
      this.#warn(pass, error.reason, error.message);
      this.#warn(pass, 'FailedComputeMetricsReplicas', error.message);
      const message = `the HPA was unable to compute the replica count: ${error.message}`;
      this.#set(pass, 'ScalingActive', 'False', error.reason, message);
      return false;
    }
  }

  #adopt(pass: Pass, { replicas, metricName }: Reading): void {
    const message = `the HPA was able to successfully calculate a replica count from ${metricName}`;
    this.#set(pass, 'ScalingActive', 'True', 'ValidMetricFound', message);
    const now = this.#context.clock.now();
    const { spec } = pass.autoscaler;
    const history = this.#history(pass, now);
    const limited = limitScaling(pass.current, replicas, spec, history, now);
    history.recommendations.push({ replicas, at: now });
    this.#setVerdict(pass, limited.ableToScale);
    this.#setVerdict(pass, limited.scalingLimited);
    pass.desired = limited.replicas;
    pass.reason = pass.desired > pass.current ? `${metricName} above target` : 'All metrics below target';
  }

  /** A fresh history begins with the count that is there, so that a restart shrinks nothing at once. */
  #history({ autoscaler, current }: Pass, now: number): History {
    const { uid } = autoscaler.metadata;
    const old = this.#histories.get(uid) ?? {
      recommendations: [{ replicas: current, at: now }],
      ups: [],
      downs: [],
    };
    const since = now - historyMs(autoscaler.spec);
    const isRecent = ({ at }: { at: number }): boolean => at >= since;
    const kept = {
      recommendations: old.recommendations.filter(isRecent),
      ups: old.ups.filter(isRecent),
      downs: old.downs.filter(isRecent),
    };
    this.#histories.set(uid, kept);
    return kept;
  }

  async #rescale(pass: Pass, { resource, scale }: Target): Promise<void> {
    const { metadata, spec } = pass.autoscaler;
    const size = `New size: ${pass.desired}; reason: ${pass.reason}`;
    try {
      const body = { ...scale, spec: { ...scale.spec, replicas: pass.desired } };
      await this.#context.client
        .resource(resource, metadata.namespace)
        .updateSubresource(spec.scaleTargetRef.name, 'scale', body);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.#warn(pass, 'FailedRescale', `${size}; error: ${message}`);
      const text = `the HPA controller was unable to update the target scale: ${message}`;
      this.#set(pass, 'AbleToScale', 'False', 'FailedUpdateScale', text);
      pass.desired = pass.current;
      return;
    }
    const text = `the HPA controller was able to update the target scale to ${pass.desired}`;
    this.#set(pass, 'AbleToScale', 'True', 'SucceededRescale', text);
    this.#context.recorder.event(pass.autoscaler, 'Normal', 'SuccessfulRescale', size);
    this.#noteScaling(pass);
  }

  #noteScaling(pass: Pass): void {
    const now = this.#context.clock.now();
    pass.lastScaleTime = timestamp(now);
    const history = this.#history(pass, now);
    const change = pass.desired - pass.current;
    (change > 0 ? history.ups : history.downs).push({ change: Math.abs(change), at: now });
  }

  #warn({ autoscaler }: Pass, reason: string, message: string): void {
    this.#context.recorder.event(autoscaler, 'Warning', reason, message);
  }

  #setVerdict(pass: Pass, { type, status, reason, message }: Verdict): void {
    this.#set(pass, type, status, reason, message);
  }

  #set(pass: Pass, type: string, status: 'True' | 'False', reason: string, message: string): void {
    const now = timestamp(this.#context.clock.now());
    pass.conditions = withCondition(pass.conditions, { type, status, reason, message }, now);
  }
}

/** Throws MetricError: without a selector nobody knows which pods to measure. */
function selectorOf({ status }: V1Scale): LabelSelectorMatcher {
  if (!status?.selector) throw new MetricError('InvalidSelector', 'selector is required');
  return parseLabelSelector(status.selector);
}

export function createHorizontalPodAutoscalerController(
  context: ControllerContext,
  options: HorizontalPodAutoscalerOptions = {},
): Controller {
  const autoscalers = new Autoscalers(context, options);
  const controller = new Controller(context, {
    name: 'horizontal-pod-autoscaler-controller',
    reconcile: (key) => autoscalers.reconcile(key),
  });
  controller.observe(context.informers.for(pods));
  controller.observe(context.informers.for(horizontalPodAutoscalers), {
    added: (object) => controller.enqueue(keyOf(object)),
    // The controller's own writes of status must not lead to another pass at once.
    updated: (object, old) =>
      object.metadata.generation !== old.metadata.generation && controller.enqueue(keyOf(object)),
    deleted: ({ metadata }) => autoscalers.forget(metadata.uid),
  });
  return controller;
}

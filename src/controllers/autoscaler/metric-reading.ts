// One look at the metrics of a HorizontalPodAutoscaler: what each asks for, and the largest of these wishes.

import type {
  V1Pod,
  V2HorizontalPodAutoscaler,
  V2MetricSpec,
  V2MetricStatus,
} from '../../api/generated/types.ts';
import { formatQuantity } from '../../api/quantity.ts';
import type { LabelSelectorMatcher } from '../../api/selectors.ts';
import { podMetrics, pods } from '../../client/resources.ts';
import type { ControllerContext } from '../controller.ts';
import { type ResourceMetric, resourceMetric, targetOf, usageOf } from './pod-metrics.ts';
import { type ArithmeticOptions, type Proposal, proposeReplicas } from './replica-arithmetic.ts';

/** A metric could not be read or makes no sense; `reason` is the condition's and the event's. */
export class MetricError extends Error {
  readonly reason: string;

  constructor(reason: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

export interface Reading {
  replicas: number;
  /** Which metric asks for that many, in words: `cpu resource utilization (percentage of request)`. */
  metricName: string;
  statuses: V2MetricStatus[];
  /** Metrics that could not be used although others could. */
  failures: MetricError[];
}

const defaultMetrics: V2MetricSpec[] = [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
];

function statusOf(metric: ResourceMetric, { utilization, average }: Proposal): V2MetricStatus {
  const averageValue = formatQuantity({ nanos: BigInt(average) * 1_000_000n, format: 'DecimalSI' });
  const current = { ...(utilization === undefined ? {} : { averageUtilization: utilization }), averageValue };
  const { resource: name, container } = metric;
  if (container === undefined) return { type: 'Resource', resource: { name, current } };
  return { type: 'ContainerResource', containerResource: { name, container, current } };
}

function nameOf({ resource, container, target }: ResourceMetric): string {
  const base = container === undefined ? `${resource} resource` : `${resource} container resource`;
  return target.averageUtilization === undefined ? base : `${base} utilization (percentage of request)`;
}

/** Reads each metric afresh; asks the metrics API once. */
export class MetricReader {
  readonly #context: ControllerContext;
  readonly #options: ArithmeticOptions;

  constructor(context: ControllerContext, options: ArithmeticOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Throws MetricError when no metric can be used, or when one cannot and the others would shrink the workload. */
  async read(
    autoscaler: V2HorizontalPodAutoscaler,
    current: number,
    selector: LabelSelectorMatcher,
  ): Promise<Reading> {
    const reading: Reading = { replicas: 0, metricName: '', statuses: [], failures: [] };
    const specs = autoscaler.spec.metrics?.length ? autoscaler.spec.metrics : defaultMetrics;
    for (const spec of specs) {
      try {
        await this.#readOne(autoscaler, spec, current, selector, reading);
      } catch (error) {
        if (!(error instanceof MetricError)) throw error;
        reading.failures.push(error);
      }
    }
    const [failure] = reading.failures;
    if (failure && (reading.statuses.length === 0 || reading.replicas < current)) {
      const { length } = reading.failures;
      const message = `invalid metrics (${length} invalid out of ${specs.length}), first error is: ${failure.message}`;
      throw new MetricError(failure.reason, message, failure);
    }
    return reading;
  }

  async #readOne(
    autoscaler: V2HorizontalPodAutoscaler,
    spec: V2MetricSpec,
    current: number,
    selector: LabelSelectorMatcher,
    reading: Reading,
  ): Promise<void> {
    const metric = resourceMetric(spec);
    if (!metric) {
      throw new MetricError(
        'InvalidMetricSourceType',
        `unknown metric source type ${JSON.stringify(spec.type)}`,
      );
    }
    const proposal = await this.#propose(autoscaler.metadata.namespace ?? '', metric, current, selector);
    reading.statuses.push(statusOf(metric, proposal));
    if (reading.metricName !== '' && proposal.replicas <= reading.replicas) return;
    reading.replicas = proposal.replicas;
    reading.metricName = nameOf(metric);
  }

  async #propose(
    namespace: string,
    metric: ResourceMetric,
    current: number,
    selector: LabelSelectorMatcher,
  ): Promise<Proposal> {
    const { client, clock, informers } = this.#context;
    try {
      const list = await client.resource(podMetrics, namespace).list({ labelSelector: selector.toString() });
      const byName = new Map(list.items.map((item) => [item.metadata.name, item]));
      const members: V1Pod[] = informers.for(pods).lister.list({ namespace, selector });
      const samples = members.map((pod) => {
        const metrics = byName.get(pod.metadata.name);
        return { pod, usage: metrics && usageOf(metrics, metric) };
      });
      return proposeReplicas(current, samples, metric.resource, targetOf(metric), clock.now(), this.#options);
    } catch (error) {
      const isContainer = metric.container !== undefined;
      const reason = isContainer ? 'FailedGetContainerResourceMetric' : 'FailedGetResourceMetric';
      const what = metric.target.averageUtilization === undefined ? 'usage' : 'utilization';
      const message = `failed to get ${metric.resource} ${what}: ${error instanceof Error ? error.message : error}`;
      throw new MetricError(reason, message, error);
    }
  }
}

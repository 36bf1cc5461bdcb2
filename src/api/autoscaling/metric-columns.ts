// What `kubectl get hpa` shows: metrics as `cpu: 42%/80%`, at most two of them.

import { ageColumn, integer, listWithMore, nameColumn, text } from '../columns.ts';
import type {
  V2HorizontalPodAutoscaler,
  V2MetricSpec,
  V2MetricStatus,
  V2MetricTarget,
  V2MetricValueStatus,
} from '../generated/types.ts';
import type { Column } from '../kind.ts';

const unknown = '<unknown>';

function valueText(target: V2MetricTarget | undefined, current: V2MetricValueStatus | undefined): string {
  if (target?.averageValue != null) return `${current?.averageValue ?? unknown}/${target.averageValue} (avg)`;
  return `${current?.value ?? unknown}/${target?.value ?? unknown}`;
}

function resourceText(
  name: string,
  target: V2MetricTarget,
  current: V2MetricValueStatus | undefined,
): string {
  if (target.averageValue != null)
    return `${name}: ${current?.averageValue ?? unknown}/${target.averageValue}`;
  const now = current?.averageUtilization == null ? unknown : `${current.averageUtilization}%`;
  const wanted = target.averageUtilization == null ? '<auto>' : `${target.averageUtilization}%`;
  return `${name}: ${now}/${wanted}`;
}

function metricText(spec: V2MetricSpec, status: V2MetricStatus | undefined): string {
  switch (spec.type) {
    case 'Resource':
      return spec.resource
        ? resourceText(spec.resource.name, spec.resource.target, status?.resource?.current)
        : unknown;
    case 'ContainerResource':
      return spec.containerResource
        ? resourceText(
            spec.containerResource.name,
            spec.containerResource.target,
            status?.containerResource?.current,
          )
        : unknown;
    case 'Pods':
      return `${status?.pods?.current.averageValue ?? unknown}/${spec.pods?.target.averageValue ?? unknown}`;
    case 'Object':
      return valueText(spec.object?.target, status?.object?.current);
    case 'External':
      return valueText(spec.external?.target, status?.external?.current);
    default:
      return '<unknown type>';
  }
}

export function metricsText(
  specs: readonly V2MetricSpec[] | undefined,
  statuses: readonly V2MetricStatus[] | null | undefined,
): string {
  if (!specs?.length) return '<none>';
  const list = specs.map((spec, index) => metricText(spec, statuses?.[index]));
  return listWithMore(list, 2, ', ');
}

export const autoscalerColumns: Column<V2HorizontalPodAutoscaler>[] = [
  nameColumn,
  text(
    'Reference',
    ({ spec }) => `${spec?.scaleTargetRef.kind}/${spec?.scaleTargetRef.name}`,
    'The object whose replicas are set.',
  ),
  text(
    'Targets',
    (hpa) => metricsText(hpa.spec?.metrics, hpa.status?.currentMetrics),
    'Current and wanted metrics.',
  ),
  text(
    'MinPods',
    (hpa) => (hpa.spec?.minReplicas == null ? '<unset>' : String(hpa.spec.minReplicas)),
    'The lower limit of replicas.',
  ),
  integer('MaxPods', (hpa) => hpa.spec?.maxReplicas ?? 0, 'The upper limit of replicas.'),
  integer('Replicas', (hpa) => hpa.status?.currentReplicas ?? 0, 'The replicas last seen.'),
  ageColumn,
];

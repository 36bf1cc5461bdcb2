// core/v1 Service. Cluster addresses and node ports are allocated by the API server, not here.

import type { V1Service, V1ServiceSpec } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { dns1035LabelProblems } from '../names.ts';
import { withoutEffect } from './pod-warnings.ts';
import { addressChangeErrors } from './service-address-rules.ts';
import { serviceColumns } from './service-columns.ts';
import { serviceDefaults } from './service-defaults.ts';
import { serviceErrors } from './service-rules.ts';
import { prepareServiceUpdate } from './service-update.ts';

export const service = declareKind<V1Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  nameRule: dns1035LabelProblems,
  schema: 'io.k8s.api.core.v1.Service',
  subresources: { status: true },
  columns: serviceColumns,
  fields: {
    'spec.clusterIP': (object) => object.spec?.clusterIP ?? '',
    'spec.type': (object) => object.spec?.type ?? '',
  },
  generation: false,
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
  prepareUpdate: prepareServiceUpdate,
  defaults: serviceDefaults,
  validate: serviceErrors,
  validateUpdate: (object, old) => addressChangeErrors(object.spec, old.spec),
  warnings: ({ spec }) => serviceWarnings(spec),
});

/** What the balancer does not do, or does in a way of its own. */
function serviceWarnings(spec: V1ServiceSpec | undefined): string[] {
  if (!spec) return [];
  const warnings: string[] = [];
  if (spec.externalTrafficPolicy === 'Local') warnings.push(withoutEffect('spec.externalTrafficPolicy'));
  if (spec.internalTrafficPolicy === 'Local') warnings.push(withoutEffect('spec.internalTrafficPolicy'));
  for (const field of [
    'loadBalancerSourceRanges',
    'loadBalancerClass',
    'loadBalancerIP',
    'trafficDistribution',
  ] as const) {
    if (spec[field] !== undefined) warnings.push(withoutEffect(`spec.${field}`));
  }
  if (spec.externalIPs?.length) warnings.push(withoutEffect('spec.externalIPs'));
  return warnings;
}

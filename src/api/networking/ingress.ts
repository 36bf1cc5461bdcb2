// networking.k8s.io/v1 Ingress.

import type { V1Ingress } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { ingressColumns } from './ingress-columns.ts';
import { ingressErrors } from './ingress-rules.ts';

export const ingress = declareKind<V1Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  shortNames: ['ing'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.Ingress',
  generation: true,
  subresources: { status: true },
  columns: ingressColumns,
  prepareCreate(object) {
    object.status = { loadBalancer: {} };
  },
  validate: ingressErrors,
});

// Resources that only the balancer asks for.

import type { V1Ingress, V1IngressClass } from '../api/generated/types.ts';
import { resourceOf } from '../client/resources.ts';

const group = 'networking.k8s.io';

export const ingresses = resourceOf<V1Ingress>(group, 'v1', 'Ingress', 'ingresses', true);
export const ingressClasses = resourceOf<V1IngressClass>(
  group,
  'v1',
  'IngressClass',
  'ingressclasses',
  false,
);

// Resources that no other client of the API's own has declared for everybody.

import type { V1Ingress } from '../../api/generated/types.ts';
import { resourceOf } from '../../client/resources.ts';

export const ingresses = resourceOf<V1Ingress>('networking.k8s.io', 'v1', 'Ingress', 'ingresses', true);

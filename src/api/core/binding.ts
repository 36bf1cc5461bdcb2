// core/v1 Binding: puts a pod on a node. Carried out, never stored.

import type { V1Binding } from '../generated/types.ts';
import { declareKind } from '../kind.ts';

export const binding = declareKind<V1Binding>({
  group: '',
  version: 'v1',
  kind: 'Binding',
  plural: 'bindings',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Binding',
  verbs: ['create'],
  generation: false,
});

// The namespaces that every cluster has.

import { namespace } from '../../api/core/namespace.ts';
import type { OwnObject } from './ensure-object.ts';

export const systemNamespaces: readonly OwnObject[] = [
  'default',
  'kube-system',
  'kube-public',
  'kube-node-lease',
].map((name) => ({ kind: namespace, name }));

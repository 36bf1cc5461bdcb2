// core/v1 Namespace.

import { ageColumn, nameColumn, text } from '../columns.ts';
import type { V1Namespace } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { dnsLabelProblems } from '../names.ts';

const nameLabel = 'kubernetes.io/metadata.name';

export const namespace = declareKind<V1Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  nameRule: dnsLabelProblems,
  schema: 'io.k8s.api.core.v1.Namespace',
  subresources: { status: true },
  columns: [
    nameColumn,
    text('Status', (object) => object.status?.phase ?? '', 'The status of the namespace'),
    ageColumn,
  ],
  fields: { 'status.phase': (object) => object.status?.phase ?? '' },
  prepareCreate(object) {
    object.status = { phase: 'Active' };
    const finalizers = object.spec?.finalizers ?? [];
    object.spec = { finalizers: [...new Set([...finalizers, 'kubernetes'])] };
  },
  prepareUpdate(object, old) {
    object.spec = structuredClone(old.spec);
  },
  defaults(object) {
    object.status ??= {};
    object.status.phase ??= 'Active';
    // Not with generateName: the name is not known yet; the next pass sets it.
    if (object.metadata.name)
      object.metadata.labels = { ...object.metadata.labels, [nameLabel]: object.metadata.name };
  },
});

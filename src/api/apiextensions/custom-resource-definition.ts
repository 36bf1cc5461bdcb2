// apiextensions.k8s.io/v1 CustomResourceDefinition.

import { createdAtColumn, nameColumn } from '../columns.ts';
import type { V1CustomResourceDefinition } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { definitionChangeErrors, definitionErrors } from './definition-rules.ts';
import { definitionWarnings } from './definition-warnings.ts';

/** Holds a deleted definition until its objects are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

export const customResourceDefinition = declareKind<V1CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  generation: true,
  subresources: { status: true },
  columns: [nameColumn, createdAtColumn],
  prepareCreate(object) {
    const storage = object.spec?.versions?.find((version) => version.storage);
    object.status = { storedVersions: storage ? [storage.name] : [] };
  },
  deletionFinalizers: [cleanupFinalizer],
  defaults({ spec }) {
    if (!spec) return;
    spec.conversion ??= { strategy: 'None' };
    if (!spec.names) return;
    spec.names.singular ||= (spec.names.kind ?? '').toLowerCase();
    spec.names.listKind ||= spec.names.kind ? `${spec.names.kind}List` : '';
  },
  validate: definitionErrors,
  validateUpdate: definitionChangeErrors,
  warnings: definitionWarnings,
});

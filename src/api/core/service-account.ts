// core/v1 ServiceAccount. Its token subresource is the API server's.

import { ageColumn, nameColumn, text } from '../columns.ts';
import type { V1ServiceAccount } from '../generated/types.ts';
import { declareKind } from '../kind.ts';

export const serviceAccount = declareKind<V1ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.ServiceAccount',
  columns: [
    nameColumn,
    text('Secrets', (object) => object.secrets?.length ?? 0, 'The number of listed secrets.'),
    ageColumn,
  ],
});

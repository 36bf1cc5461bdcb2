// core/v1 Event: the form in which events of both API groups are stored.

import { type FieldError, invalid } from '../field-error.ts';
import type { CoreV1Event } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { eventColumns } from './event-columns.ts';

function involved(field: keyof CoreV1Event['involvedObject']): (event: CoreV1Event) => string {
  return (event) => event.involvedObject?.[field] ?? '';
}

export const event = declareKind<CoreV1Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Event',
  generation: false,
  columns: eventColumns,
  fields: {
    'involvedObject.kind': involved('kind'),
    'involvedObject.namespace': involved('namespace'),
    'involvedObject.name': involved('name'),
    'involvedObject.uid': involved('uid'),
    'involvedObject.apiVersion': involved('apiVersion'),
    'involvedObject.resourceVersion': involved('resourceVersion'),
    'involvedObject.fieldPath': involved('fieldPath'),
    reason: (object) => object.reason ?? '',
    reportingComponent: (object) => object.reportingComponent ?? '',
    source: (object) => object.source?.component || object.reportingComponent || '',
    type: (object) => object.type ?? '',
  },
  validate: eventErrors,
});

/** An event lives where its object lives; those about cluster-wide objects in `default`. */
function eventErrors({ metadata, involvedObject }: CoreV1Event): FieldError[] {
  const about = involvedObject?.namespace ?? '';
  const fits =
    about === ''
      ? ['default', 'kube-system'].includes(metadata.namespace ?? '')
      : about === metadata.namespace;
  return fits ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}

// events.k8s.io/v1 Event: the same events under newer names. Stored as core/v1.

import { withoutUndefined } from '../../base/without-undefined.ts';
import { event as coreEvent } from '../core/event.ts';
import { eventColumns } from '../core/event-columns.ts';
import type { CoreV1Event, EventsV1Event } from '../generated/types.ts';
import { type Column, declareKind } from '../kind.ts';
import type { AnyObject } from '../object.ts';

function toCore(object: EventsV1Event): AnyObject & CoreV1Event {
  const {
    note,
    regarding,
    reportingController,
    deprecatedCount,
    deprecatedFirstTimestamp,
    deprecatedLastTimestamp,
    deprecatedSource,
    ...same
  } = object;
  return withoutUndefined({
    ...same,
    apiVersion: 'v1',
    message: note,
    involvedObject: regarding ?? {},
    reportingComponent: reportingController,
    count: deprecatedCount,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    source: deprecatedSource,
  }) as AnyObject & CoreV1Event;
}

function fromCore(stored: AnyObject): EventsV1Event {
  const {
    message,
    involvedObject,
    reportingComponent,
    count,
    firstTimestamp,
    lastTimestamp,
    source,
    ...same
  } = stored as AnyObject & CoreV1Event;
  return withoutUndefined({
    ...same,
    apiVersion: 'events.k8s.io/v1',
    note: message,
    regarding: involvedObject,
    reportingController: reportingComponent,
    deprecatedCount: count,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedSource: source,
  }) as EventsV1Event;
}

const columns: Column<EventsV1Event>[] = eventColumns.map((column) => ({
  ...column,
  value: (object, now) => column.value(toCore(object), now),
}));

const fields: Record<string, (object: EventsV1Event) => string> = {};
for (const [name, read] of Object.entries(coreEvent.fields ?? {})) {
  const renamed = name
    .replace('involvedObject.', 'regarding.')
    .replace('reportingComponent', 'reportingController');
  fields[renamed] = (object) => read(toCore(object));
}

export const event = declareKind<EventsV1Event>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  namespaced: true,
  schema: 'io.k8s.api.events.v1.Event',
  generation: false,
  columns,
  fields,
  stored: { group: '', version: 'v1', to: toCore, from: fromCore },
});

// What `kubectl get events` shows, for both forms in which clients write Events: with first and last time, or with a series.

import { text, wide } from '../columns.ts';
import { ageSince } from '../duration.ts';
import type { CoreV1Event } from '../generated/types.ts';
import type { Column } from '../kind.ts';

function firstSeen(event: CoreV1Event, now: number): string {
  return ageSince(event.firstTimestamp ?? event.eventTime, now);
}

function lastSeen(event: CoreV1Event, now: number): string {
  if (event.series) return ageSince(event.series.lastObservedTime, now);
  return event.lastTimestamp ? ageSince(event.lastTimestamp, now) : firstSeen(event, now);
}

function involved(event: CoreV1Event): string {
  const { kind = '', name = '' } = event.involvedObject ?? {};
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function source(event: CoreV1Event): string {
  const component = event.source?.component || event.reportingComponent || '';
  const host = event.source?.host || event.reportingInstance || '';
  return host === '' ? component : `${component}, ${host}`;
}

export const eventColumns: Column<CoreV1Event>[] = [
  text('Last Seen', lastSeen, 'When the event was last seen.'),
  text('Type', (event) => event.type ?? '', 'Type of this event (Normal, Warning).'),
  text('Reason', (event) => event.reason ?? '', 'Why the transition into the current status was made.'),
  text('Object', involved, 'The object that this event is about.'),
  wide('Subobject', (event) => event.involvedObject?.fieldPath ?? '', 'The part of the object.'),
  wide('Source', source, 'The component reporting this event.'),
  text('Message', (event) => (event.message ?? '').trim(), 'A description of the status of this operation.'),
  wide('First Seen', firstSeen, 'When the event was first seen.'),
  {
    name: 'Count',
    type: 'integer',
    description: 'The number of times this event has occurred.',
    priority: 1,
    value: (event) => event.series?.count ?? (event.count || 1),
  },
  {
    name: 'Name',
    type: 'string',
    format: 'name',
    description: 'The name of the event.',
    priority: 1,
    value: (event) => event.metadata.name,
  },
];

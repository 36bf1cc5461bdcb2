// What happened, in words of a language. What machines said about it (a proof, a reason) stays as they said it.

import type { TimelineEvent } from '../../timeline/timeline.ts';
import type { Words } from '../words/en.ts';

export function eventText(event: TimelineEvent, words: Words): string {
  const { events } = words;
  const subject = event.subject ?? '';
  switch (event.type) {
    case 'phase':
      return words.phases[event.phase];
    case 'fault-injected':
    case 'fault-undone':
      return events[event.type](event.fault, subject);
    case 'fault-proven':
      return events['fault-proven'](event.fault, event.text.replace(/^[^:]*: /, ''));
    case 'backups':
      return events.backups(event.active, event.wanted);
    case 'sorry':
      return event.due ? events.sorryDue : events.sorryOver;
    case 'engine':
      return events.engine;
    case 'halted':
      return events.halted(event.reason);
    case 'pod-scheduled':
      return events['pod-scheduled'](subject, event.node ?? '');
    case 'server-out':
      return events['server-out'](subject, reasonIn(event.text));
    case 'traffic-bad':
    case 'traffic-good':
    case 'recovered':
      return events[event.type];
    default:
      return events[event.type](subject);
  }
}

/** `server web-1 is not used: ejected for errors of its traffic`. */
function reasonIn(text: string): string {
  const at = text.indexOf(': ');
  return at < 0 ? '' : text.slice(at);
}

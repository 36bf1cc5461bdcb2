// What happened, in words of a language.

import type { TimelineEvent } from '../../timeline/timeline.ts';
import type { Words } from '../words/en.ts';

export function eventText(event: TimelineEvent, words: Words): string {
  const { events, language } = words;
  const subject = event.subject ?? '';
  switch (event.type) {
    case 'phase':
      return words.phases[event.phase];
    case 'fault-injected':
    case 'fault-undone':
      return events[event.type](event.fault, event.victims?.[language] ?? subject);
    case 'fault-proven':
      return events['fault-proven'](event.fault, event.evidence[language]);
    case 'backups':
      return events.backups(event.active, event.wanted);
    case 'sorry':
      return event.due ? events.sorryDue : events.sorryOver;
    case 'engine':
      return events.engine;
    case 'halted':
      return events.halted(event.reason[language]);
    case 'pod-scheduled':
      return events['pod-scheduled'](subject, event.node ?? '');
    case 'server-out':
      return events['server-out'](subject, event.why ? `: ${event.why[language]}` : '');
    case 'traffic-bad':
    case 'traffic-good':
    case 'recovered':
      return events[event.type];
    default:
      return events[event.type](subject);
  }
}

// What is still missing before all is well again: good traffic for a while, every replica there and ready, and backups gone that came in.

import type { TimelineEvent } from '../timeline/timeline.ts';
import type { TargetView } from '../world/world.ts';
import type { RecentSamples, WindowFigures } from './recent-samples.ts';

/** DRILLS.md: a recovery time needs so much good traffic after it. */
export const goodForMs = 5_000;

export interface Before {
  /** Ready replicas by role when the calm phase ended. */
  readonly primaries: number;
  readonly backups: number;
}

export interface Moment {
  /** Up to when samples have been told; machineTime(). */
  readonly told: number;
  /** Of the last change that a fault or its undo made. */
  readonly changedAt: number;
  readonly view: TargetView | undefined;
  readonly before: Before;
  readonly events: readonly TimelineEvent[];
}

export function readiness(view: TargetView | undefined): Before {
  const of = (role: 'primary' | 'backup') =>
    (view?.pods ?? []).filter((pod) => pod.ready && pod.role === role).length;
  return { primaries: of('primary'), backups: of('backup') };
}

/** In a few words; undefined: nothing. */
export function missingForRecovery(moment: Moment, samples: RecentSamples): string | undefined {
  const { told, changedAt, view, before, events } = moment;
  const since = Math.max(changedAt, samples.lastBadAt ?? 0);
  const now = readiness(view);
  const wanted = Math.max(before.primaries, view?.wanted ?? 0);
  if (!view) return 'the target is not to be seen';
  if (now.primaries < wanted) return `${now.primaries} of ${wanted} replicas are ready`;
  if (now.backups < before.backups) return `${now.backups} of ${before.backups} backups are ready`;
  if (activeBackups(events) > 0) return 'backups still serve';
  if (told - since < goodForMs) return `good traffic for ${goodForMs / 1_000} s`;
  return isServed(samples.window(told - goodForMs, told)) ? undefined : 'nothing is answered';
}

function isServed({ count, bad }: WindowFigures): boolean {
  return count > 0 && bad === 0;
}

function activeBackups(events: readonly TimelineEvent[]): number {
  const last = events.findLast((event) => event.type === 'backups');
  return last?.type === 'backups' ? last.active : 0;
}

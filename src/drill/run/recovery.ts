// What is still missing before all is well again: good traffic for a while, every replica there and ready, and backups gone that came in.

import { counted } from '../counted.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { type Told, told } from '../told.ts';
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
export function missingForRecovery(moment: Moment, samples: RecentSamples): Told | undefined {
  const { told: upTo, changedAt, view, before, events } = moment;
  const since = Math.max(changedAt, samples.lastBadAt ?? 0);
  const now = readiness(view);
  const wanted = Math.max(before.primaries, view?.wanted ?? 0);
  if (!view) return notToBeSeen;
  if (now.primaries < wanted) return replicasReady(now.primaries, wanted);
  if (now.backups < before.backups) return backupsReady(now.backups, before.backups);
  if (activeBackups(events) > 0) return backupsServe;
  if (upTo - since < goodForMs) return goodTraffic;
  return isServed(samples.window(upTo - goodForMs, upTo)) ? undefined : nothingAnswered;
}

export const notToBeSeen = told('the target is not to be seen', 'no se ve el objetivo');
const backupsServe = told('backups still serve', 'aún atienden respaldos');
const nothingAnswered = told('nothing is answered', 'no se responde nada');
const goodTraffic = told(
  `good traffic for ${goodForMs / 1_000} s`,
  `buen tráfico durante ${goodForMs / 1_000} s`,
);

export function replicasReady(ready: number, wanted: number): Told {
  return told(
    `${ready} of ${counted(wanted, 'replica is', 'replicas are')} ready`,
    `${ready} de ${counted(wanted, 'réplica está lista', 'réplicas están listas')}`,
  );
}

function backupsReady(ready: number, wanted: number): Told {
  return told(
    `${ready} of ${counted(wanted, 'backup is', 'backups are')} ready`,
    `${ready} de ${counted(wanted, 'respaldo está listo', 'respaldos están listos')}`,
  );
}

function isServed({ count, bad }: WindowFigures): boolean {
  return count > 0 && bad === 0;
}

function activeBackups(events: readonly TimelineEvent[]): number {
  const last = events.findLast((event) => event.type === 'backups');
  return last?.type === 'backups' ? last.active : 0;
}

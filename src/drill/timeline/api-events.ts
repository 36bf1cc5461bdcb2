// What a change of an object means for the timeline. Pure: when it was seen is the observer's.

import { hasEnded } from '../../api/core/pod-phase.ts';
import { isReady } from '../../api/core/readiness.ts';
import type { V1Node, V1Pod } from '../../api/generated/types.ts';
import { restartsOf } from '../world/object-facts.ts';
import type { TargetChange } from '../world/target-watch.ts';
import type { TimelineEvent } from './timeline.ts';

/** A step, with the API's own stamp of it where it has one: milliseconds since the epoch, cut to a second. */
export interface ApiStep {
  readonly type: Extract<TimelineEvent['type'], `pod-${string}` | `node-${string}`>;
  readonly text: string;
  readonly subject: string;
  readonly podUid?: string;
  readonly node?: string;
  readonly stamp?: number;
}

/** In the order in which they happened. */
export function apiSteps(change: TargetChange): ApiStep[] {
  if (change.type === 'pod') return podSteps(change.before, change.after);
  if (change.type === 'node') return nodeSteps(change.before, change.after);
  return [];
}

function podSteps(before: V1Pod | undefined, after: V1Pod | undefined): ApiStep[] {
  const pod = after ?? before;
  if (!pod) return [];
  const step = stepsOf(pod);
  if (!after) return [step('pod-gone', 'is gone')];
  const steps: ApiStep[] = [];
  const node = after.spec?.nodeName;
  if (!before) steps.push(step('pod-created', 'was created', after.metadata.creationTimestamp));
  if (node && !before?.spec?.nodeName)
    steps.push(step('pod-scheduled', `was placed on ${node}`, stampOf(after, 'PodScheduled')));
  if (before && restartsOf(after) > restartsOf(before))
    steps.push(step('pod-restarted', 'was started again', startedAt(after)));
  const [was, is] = [before !== undefined && isReady(before), isReady(after)];
  if (is && !was) steps.push(step('pod-ready', 'is ready', stampOf(after, 'Ready')));
  if (was && !is) steps.push(step('pod-not-ready', 'is not ready', stampOf(after, 'Ready')));
  const isLeaving = after.metadata.deletionTimestamp !== undefined || hasEnded(after);
  const wasLeaving =
    before !== undefined && (before.metadata.deletionTimestamp !== undefined || hasEnded(before));
  if (isLeaving && !wasLeaving) steps.push(step('pod-leaving', 'is to go'));
  return steps;
}

function stepsOf({ metadata, spec }: V1Pod) {
  const { name = '', uid } = metadata;
  const node = spec?.nodeName;
  return (type: ApiStep['type'], what: string, stamp?: string | Date): ApiStep => ({
    ...{ type, subject: name, text: `pod ${name} ${what}` },
    ...(uid === undefined ? {} : { podUid: uid }),
    ...(node ? { node } : {}),
    ...stamped(stamp),
  });
}

function nodeSteps(before: V1Node | undefined, after: V1Node | undefined): ApiStep[] {
  const name = (after ?? before)?.metadata.name ?? '';
  const [was, is] = [before !== undefined && isReady(before), after !== undefined && isReady(after)];
  if (was === is) return [];
  const type = is ? 'node-ready' : 'node-not-ready';
  const text = `node ${name} is ${is ? '' : 'not '}ready`;
  return [{ type, text, subject: name, node: name, ...stamped(after && stampOf(after, 'Ready')) }];
}

function stampOf({ status }: V1Pod | V1Node, condition: string): string | Date | undefined {
  const list: readonly { type: string; lastTransitionTime?: string | Date }[] = status?.conditions ?? [];
  return list.find(({ type }) => type === condition)?.lastTransitionTime;
}

function startedAt({ status }: V1Pod): string | Date | undefined {
  const starts = (status?.containerStatuses ?? []).flatMap(({ state }) => state?.running?.startedAt ?? []);
  return starts.sort().at(-1);
}

function stamped(stamp: string | Date | undefined): { stamp?: number } {
  const at = stamp === undefined ? Number.NaN : new Date(stamp).getTime();
  return Number.isNaN(at) ? {} : { stamp: at };
}

// Deletes Events when they are old: the API keeps them like any object, people want only the recent ones.

import type { CoreV1Event } from '../api/generated/types.ts';
import { splitKey } from '../client/object-key.ts';
import { events } from '../client/resources.ts';
import { Controller, type ControllerContext } from './controller.ts';
import { deleteIfThere } from './delete-if-there.ts';

export interface EventTtlOptions {
  /** An event goes so long after it last happened. Default one hour, as in Kubernetes. */
  ttlMs?: number;
}

/** A repeated event starts anew with each repetition. */
function lastHappened({ metadata, lastTimestamp, eventTime, series }: CoreV1Event): number {
  const times = [metadata.creationTimestamp, lastTimestamp, eventTime, series?.lastObservedTime];
  return Math.max(...times.map((time) => (time ? Date.parse(time) : 0)));
}

export function createEventTtlController(
  context: ControllerContext,
  options: EventTtlOptions = {},
): Controller {
  const { client, clock, informers } = context;
  const ttlMs = options.ttlMs ?? 3_600_000;
  const { lister } = informers.for(events);
  const controller = new Controller(context, {
    name: 'event-ttl-controller',
    async reconcile(key) {
      const event = lister.get(key);
      if (!event) return undefined;
      const remainingMs = lastHappened(event) + ttlMs - clock.now();
      if (remainingMs > 0) return { requeueAfterMs: remainingMs };
      await deleteIfThere(client.resource(events, splitKey(key).namespace), event);
      return undefined;
    },
  });
  controller.watch(informers.for(events));
  return controller;
}

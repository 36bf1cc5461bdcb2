// Tells people what happened to an object: core/v1 Events. The same event again raises its count, many similar ones become
// one, and an object that keeps shouting is throttled. Recording never blocks and never fails its caller.

import type { V1ObjectReference } from '../api/generated/types.ts';
import type { KubeObject } from '../api/object.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from './client.ts';
import { EventCorrelator, type EventFacts } from './event-correlator.ts';
import { EventSender } from './event-sender.ts';

export interface EventRecorderOptions {
  client: Client;
  clock: Clock;
  logger: Logger;
  /** Source of the events: `deployment-controller`, `kubelet`. */
  component: string;
  /** The node that speaks, for kubelets. */
  host?: string;
}

const maxMessageBytes = 1024;

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #correlator: EventCorrelator;
  readonly #sender: EventSender;

  constructor(options: EventRecorderOptions, shared?: { correlator: EventCorrelator; sender: EventSender }) {
    this.#options = options;
    this.#correlator = shared?.correlator ?? new EventCorrelator(options.clock);
    this.#sender = shared?.sender ?? new EventSender(options.client, options.logger);
  }

  /** A recorder for another source that shares the throttling and the queue of this one; closing either closes both. */
  from(component: string): EventRecorder {
    return new EventRecorder(
      { ...this.#options, component },
      { correlator: this.#correlator, sender: this.#sender },
    );
  }

  /** `reason` is one word in CamelCase; the message is cut at 1,024 bytes. */
  event(
    about: KubeObject | V1ObjectReference,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    const facts: EventFacts = {
      involvedObject: 'metadata' in about ? referenceTo(about) : about,
      type,
      reason,
      message: cutToBytes(message, maxMessageBytes),
      component: this.#options.component,
      host: this.#options.host,
    };
    const verdict = this.#correlator.correlate(facts);
    if (verdict) this.#sender.send(verdict);
  }

  /** Waits for what is on its way. */
  flush(): Promise<void> {
    return this.#sender.flush();
  }

  /** Waits for what is on its way; later events are dropped. Idempotent. */
  close(): Promise<void> {
    return this.#sender.close();
  }
}

export function referenceTo(object: KubeObject): V1ObjectReference {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid, resourceVersion };
}

/** Cuts at a whole character. */
function cutToBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = maxBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}

// The lines of watch events. A change goes to many watchers in one turn: its line is made once and its bytes are shared.

import type { WatchEventType } from '../../api/object.ts';
import type { Payload } from '../request.ts';

interface Line {
  type: WatchEventType;
  bytes: Buffer;
}

export class WatchLines {
  /** By object, and for one turn only: what is kept longer would double the memory of every object. */
  readonly #lines = new Map<unknown, Line>();

  /** `{"type":…,"object":…}` with a line feed. The bytes are shared: they must not be changed. */
  of(type: WatchEventType, payload: Payload): Buffer {
    // Payloads are made anew for every watcher, the objects in them are shared.
    const object = payload.value();
    const known = this.#lines.get(object);
    if (known?.type === type) return known.bytes;
    const bytes = lineOf(type, payload);
    if (this.#lines.size === 0) setImmediate(() => this.#lines.clear());
    this.#lines.set(object, { type, bytes });
    return bytes;
  }
}

function lineOf(type: WatchEventType, payload: Payload): Buffer {
  const text = payload.text();
  return Buffer.from(`{"type":"${type}","object":${typeof text === 'string' ? text : text.join('')}}\n`);
}

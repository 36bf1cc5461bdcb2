// Something about an object that its owner should hear of: it becomes an event.

import type { KubeObject } from '../api/object.ts';

export interface Note {
  readonly about: KubeObject;
  /** One word in CamelCase. */
  readonly reason: string;
  readonly message: string;
}

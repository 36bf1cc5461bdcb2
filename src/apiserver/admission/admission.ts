// Admission: what happens to an object between the request and the store. Each rule is one small plugin; they run in order, synchronously,
// on the version that is stored, with the newest accepted state at hand. The write itself follows in the same turn: nothing awaits
// between a plugin's last call and the store's decision, and plugins may rely on that.

import type { AnyObject } from '../../api/object.ts';
import type { User } from '../auth/user.ts';
import type { ServedKind } from '../scheme.ts';

export interface AdmissionRequest {
  operation: 'create' | 'update' | 'delete';
  /** The stored kind. */
  kind: ServedKind;
  subresource: string;
  namespace: string;
  name: string;
  /** What would be stored; undefined for deletions. A mutating plugin changes it in place. */
  object: AnyObject | undefined;
  old: AnyObject | undefined;
  user: User;
  dryRun: boolean;
  /** Texts for `Warning:` headers. */
  warnings: Warnings;
}

export interface AdmissionPlugin {
  readonly name: string;
  /** Changes the object before it is validated. Throw a StatusError to refuse. */
  mutate?(request: AdmissionRequest): void;
  /** Looks at the final object. Throw a StatusError to refuse. */
  validate?(request: AdmissionRequest): void;
  /** Ends what the plugin started, such as watches of the store. Idempotent. */
  close?(): void;
}

/** Collects texts once each, in order. */
export class Warnings {
  readonly #texts = new Set<string>();

  add(...texts: string[]): void {
    for (const text of texts) this.#texts.add(text);
  }

  all(): string[] {
    return [...this.#texts];
  }
}

export class AdmissionChain {
  readonly #plugins: readonly AdmissionPlugin[];

  constructor(plugins: readonly AdmissionPlugin[]) {
    this.#plugins = plugins;
  }

  mutate(request: AdmissionRequest): void {
    for (const plugin of this.#plugins) plugin.mutate?.(request);
  }

  validate(request: AdmissionRequest): void {
    for (const plugin of this.#plugins) plugin.validate?.(request);
  }

  /** Idempotent. */
  close(): void {
    for (const plugin of this.#plugins) plugin.close?.();
  }
}

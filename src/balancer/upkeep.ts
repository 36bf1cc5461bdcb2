// What the balancers of a cluster keep together: shared keys and certificates of their own making. Looked after every minute; while the API
// is away, or refuses, what is there serves on.

import type { V1Ingress } from '../api/generated/types.ts';
import type { Clock } from '../base/clock.ts';
import { deepEqual } from '../base/deep-equal.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import type { LbModel, SharedSecrets } from '../lb/model.ts';
import type { KeyedWrites } from './report/keyed-writes.ts';
import { SelfSigned } from './self-signed.ts';
import { newSecrets, sharedSecrets } from './shared-secrets.ts';

export interface UpkeepOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly writes: KeyedWrites;
  /** The Ingresses that are served. */
  ingresses(): readonly V1Ingress[];
  secretsChanged(): void;
  certificatesChanged(): void;
}

const everyMs = 60_000;
/** For the first answer: later ones may take their time. */
const firstAnswerMs = 3_000;

export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #selfSigned: SelfSigned;
  #secrets: SharedSecrets | undefined;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#selfSigned = new SelfSigned(options.client, options.clock);
  }

  /** Undefined before start(). */
  get secrets(): SharedSecrets | undefined {
    return this.#secrets;
  }

  selfSigned(ingressKey: string): Omit<LbModel['certificates'][number], 'name'> | undefined {
    return this.#selfSigned.of(ingressKey);
  }

  /** `saved` are of the saved model: better than new ones where the API has none, or does not say. Never rejects. */
  async start(saved: SharedSecrets | undefined): Promise<void> {
    const { client, clock, logger } = this.#options;
    const made = saved ?? newSecrets();
    try {
      const signal = AbortSignal.timeout(firstAnswerMs);
      this.#secrets = await sharedSecrets(client, clock, made, signal);
    } catch (error) {
      logger.warn('the keys that balancers share cannot be read: going on with own ones, trying again', {
        error,
      });
      this.#secrets = made;
      this.#keepSecrets();
    }
    this.#later();
  }

  /** Makes certificates where some are missing. */
  certify(): void {
    const { writes, ingresses, certificatesChanged } = this.#options;
    if (!this.#selfSigned.isBehind(ingresses())) return;
    writes.put('self-signed certificates', async (signal) => {
      await this.#selfSigned.keepUp(ingresses(), signal);
      certificatesChanged();
    });
  }

  /** Idempotent. What is being written is the writes' to end. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #later(): void {
    if (this.#closed) return;
    this.#cancel = this.#options.clock.after(everyMs, () => {
      this.#keepSecrets();
      this.certify();
      this.#later();
    });
  }

  #keepSecrets(): void {
    const { client, clock, writes, secretsChanged } = this.#options;
    writes.put('shared keys', async (signal) => {
      const next = await sharedSecrets(client, clock, this.#secrets ?? newSecrets(), signal);
      if (deepEqual(next, this.#secrets)) return;
      this.#secrets = next;
      secretsChanged();
    });
  }
}

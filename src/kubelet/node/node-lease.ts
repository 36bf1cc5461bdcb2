// The heartbeat of a node: its Lease, renewed at a steady pace. A request that hangs (a cut cable leaves connections that look alive) is given up
// before the next one would be too late.

import type { V1Lease } from '../../api/generated/types.ts';
import { microTimestamp } from '../../api/timestamp.ts';
import type { Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../client/client.ts';
import { leases } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';

export interface NodeLeaseOptions {
  nodeName: string;
  client: Client;
  clock: Clock;
  random: Random;
  logger: Logger;
  intervalMs: number;
  durationSeconds: number;
  /** Of the Node object, so that the lease goes with it; undefined: not known yet. */
  nodeUid: () => string | undefined;
}

const namespace = 'kube-node-lease';
const patience = 2;

export class NodeLease {
  readonly #options: NodeLeaseOptions;
  readonly #abort = new AbortController();
  #exists = true;
  #cancel: () => void = () => {};
  #renewing: Promise<void> | undefined;

  constructor(options: NodeLeaseOptions) {
    this.#options = options;
  }

  /** The first renewal comes at once, the second at a random point of the interval: many nodes do not beat as one. */
  start(): void {
    this.#beat(this.#options.intervalMs * this.#options.random());
  }

  /** Waits for what is on its way. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#cancel();
    await this.#renewing;
  }

  #beat(nextMs: number): void {
    if (this.#abort.signal.aborted) return;
    const { clock, intervalMs } = this.#options;
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    this.#cancel = clock.after(nextMs, () => this.#beat(intervalMs));
  }

  async #renew(): Promise<void> {
    const { clock, logger, intervalMs, nodeName } = this.#options;
    const tooLong = new AbortController();
    const cancel = clock.after(intervalMs * patience, () =>
      tooLong.abort(new Error('the lease took too long')),
    );
    const stop = () => tooLong.abort(new Error('the kubelet closes'));
    this.#abort.signal.addEventListener('abort', stop);
    try {
      await this.#write(tooLong.signal);
    } catch (error) {
      logger.debug('the lease was not renewed', { node: nodeName, error });
    } finally {
      cancel();
      this.#abort.signal.removeEventListener('abort', stop);
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { client, nodeName, clock } = this.#options;
    const api = client.resource(leases, namespace);
    const renewTime = microTimestamp(clock.now());
    try {
      if (this.#exists)
        await api.patch(nodeName, { spec: { renewTime, holderIdentity: nodeName } }, { signal });
      else await api.create(this.#draft(renewTime), { signal });
      this.#exists = true;
    } catch (error) {
      if (isStatusError(error, 409)) this.#exists = true;
      else if (isStatusError(error, 404) && this.#exists) {
        this.#exists = false;
        await this.#write(signal);
      } else throw error;
    }
  }

  #draft(renewTime: string) {
    const { nodeName, durationSeconds, nodeUid } = this.#options;
    const uid = nodeUid();
    const owner = uid ? [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid }] : undefined;
    const metadata: Partial<V1Lease['metadata']> = { name: nodeName, ownerReferences: owner };
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: durationSeconds, renewTime };
    return { metadata, spec };
  }
}

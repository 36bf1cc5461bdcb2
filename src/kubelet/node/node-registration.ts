// Keeps the Node object as the kubelet reports it: registers it, writes its status when it changes, when somebody else says otherwise (it was
// held for lost), and now and then. The lease, not this, is the heartbeat.

import type { V1Node } from '../../api/generated/types.ts';
import { type BackoffOptions, backoffDelay, type Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Logger } from '../../base/logger.ts';
import { sleep } from '../../base/sleep.ts';
import type { Client } from '../../client/client.ts';
import { nodes } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import {
  essence,
  type NodeConditionFact,
  type NodeFacts,
  nodeDraft,
  nodeLabels,
  nodeStatus,
} from './node-facts.ts';

export interface NodeRegistrationOptions {
  nodeName: string;
  client: Client;
  clock: Clock;
  random: Random;
  logger: Logger;
  facts: NodeFacts;
  /** `name://version`. */
  runtime: string;
  everyMs: number;
  backoff: BackoffOptions;
  /** The node was held for lost and is not any more: what was written about its pods meanwhile is not true. */
  onReturn(): void;
}

export class NodeRegistration {
  readonly #options: NodeRegistrationOptions;
  readonly #abort = new AbortController();
  readonly #extra = new Map<string, NodeConditionFact>();
  readonly #registered = Promise.withResolvers<void>();
  #node: V1Node | undefined;
  #due = true;
  #writing: Promise<void> | undefined;
  #cancel: () => void = () => {};
  #failures = 0;

  constructor(options: NodeRegistrationOptions) {
    this.#options = options;
    this.#registered.promise.catch(() => {});
  }

  get uid(): string | undefined {
    return this.#node?.metadata.uid;
  }

  /** Resolves once the Node is there and Ready was reported; rejects when closed before. */
  get registered(): Promise<void> {
    return this.#registered.promise;
  }

  start(): void {
    this.#write();
  }

  /** Reported from now on; replaces the one of the same type. */
  setCondition(condition: NodeConditionFact): void {
    this.#extra.set(condition.type, condition);
    this.#write();
  }

  /** The API shows the node so. Older ones than what our own writes were answered with do not count. */
  seen(node: V1Node): void {
    const known = this.#node;
    if (!known || Number(node.metadata.resourceVersion) <= Number(known.metadata.resourceVersion)) return;
    this.#node = node;
    if (!this.#differs(node)) return;
    if (node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'Unknown')) {
      this.#options.onReturn();
    }
    this.#write();
  }

  /** The Node was deleted. A kubelet that lives registers again. */
  deleted(node: V1Node): void {
    if (node.metadata.uid !== this.#node?.metadata.uid) return;
    this.#node = undefined;
    this.#write();
  }

  /** Waits for what is on its way; the Node stays. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    this.#cancel();
    this.#registered.reject(new Error(`the kubelet of ${this.#options.nodeName} was closed`));
    await this.#writing;
  }

  #differs(node: V1Node): boolean {
    const wanted = this.#wanted();
    const types = new Set((wanted.conditions ?? []).map(({ type }) => type));
    return !deepEqual(essence(node.status, types), essence(wanted, types));
  }

  #wanted() {
    const { facts, runtime, clock } = this.#options;
    return nodeStatus(facts, runtime, [...this.#extra.values()], this.#node?.status, clock.now());
  }

  #write(): void {
    this.#due = true;
    if (this.#abort.signal.aborted) return;
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    const { clock, random, backoff, everyMs, logger, nodeName } = this.#options;
    const { signal } = this.#abort;
    this.#cancel();
    while (this.#due && !signal.aborted) {
      this.#due = false;
      try {
        await this.#writeOnce(signal);
        this.#failures = 0;
        this.#registered.resolve();
      } catch (error) {
        this.#due = true;
        logger.debug('the node was not written, trying again', { node: nodeName, error });
        await sleep(clock, backoffDelay(backoff, this.#failures++, random), signal);
      }
    }
    this.#writing = undefined;
    if (!signal.aborted) this.#cancel = clock.after(everyMs, () => this.#write());
  }

  async #writeOnce(signal: AbortSignal): Promise<void> {
    const { client, nodeName } = this.#options;
    const api = client.resource(nodes);
    this.#node ??= await this.#register(signal);
    const options = { type: 'strategic', subresource: 'status', signal } as const;
    try {
      this.#node = await api.patch(nodeName, { status: this.#wanted() }, options);
    } catch (error) {
      if (isStatusError(error, 404)) this.#node = undefined;
      throw error;
    }
  }

  async #register(signal: AbortSignal): Promise<V1Node> {
    const { client, nodeName, facts } = this.#options;
    const api = client.resource(nodes);
    try {
      return await api.create(nodeDraft(nodeName, facts), { signal });
    } catch (error) {
      if (!isStatusError(error, 409)) throw error;
      const metadata = { labels: nodeLabels(nodeName, facts), annotations: facts.annotations };
      return api.patch(nodeName, { metadata }, { signal });
    }
  }
}

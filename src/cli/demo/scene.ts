// What the API shows of the nodes and of the application's pods, followed by watches; and what has just changed, in words for an audience.

import { isReady } from '../../api/core/readiness.ts';
import type { V1Node, V1Pod } from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { Client } from '../../client/client.ts';
import { Informer } from '../../client/informer.ts';
import { nodes, pods } from '../../client/resources.ts';

/** `leaving`: it is being deleted, or its node is not there to say how it is. */
export type PodState = 'waiting' | 'ready' | 'notReady' | 'leaving';

export interface ScenePod {
  readonly name: string;
  /** Empty until it is scheduled. */
  readonly node: string;
  readonly state: PodState;
}

export interface SceneNode {
  readonly name: string;
  readonly isReady: boolean;
  readonly pods: readonly ScenePod[];
}

export type SceneEvent =
  | { readonly type: 'nodeReady' | 'nodeNotReady'; readonly node: string }
  | { readonly type: 'podPlaced' | 'podReady' | 'podEvicted' | 'podGone'; readonly pod: ScenePod };

export interface SceneOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** Of the pods that are shown. */
  readonly namespace: string;
  readonly labelSelector: string;
}

export class Scene {
  /** Told of changes in the order in which they are seen; of what was there at first, too. */
  readonly events = new Subscribable<SceneEvent>();
  readonly #nodes: Informer<V1Node>;
  readonly #pods: Informer<V1Pod>;

  constructor({ client, clock, namespace, labelSelector }: SceneOptions) {
    const shared = { client, clock, logger: silentLogger, random: Math.random };
    this.#nodes = new Informer({ ...shared, resource: nodes });
    this.#pods = new Informer({ ...shared, resource: pods, namespace, labelSelector });
    this.#nodes.addHandler({ updated: (node, old) => this.#nodeChanged(node, old) });
    this.#pods.addHandler({
      added: (pod) => this.#podChanged(pod, undefined),
      updated: (pod, old) => this.#podChanged(pod, old),
      deleted: (pod) => this.events.emit({ type: 'podGone', pod: scenePod(pod) }),
    });
  }

  /** Resolves when everything there is has been seen. */
  async start(): Promise<void> {
    this.#nodes.start();
    this.#pods.start();
    await Promise.all([this.#nodes.synced(), this.#pods.synced()]);
  }

  async close(): Promise<void> {
    await Promise.all([this.#nodes.close(), this.#pods.close()]);
  }

  /** By name. */
  nodes(): SceneNode[] {
    const all = this.pods();
    const list = this.#nodes.lister.list().map((node) => {
      const { name = '' } = node.metadata;
      return { name, isReady: isReady(node), pods: all.filter((pod) => pod.node === name) };
    });
    return list.sort((a, b) => a.name.localeCompare(b.name));
  }

  /** Of the application, by name. */
  pods(): ScenePod[] {
    const list = this.#pods.lister.list().map(scenePod);
    return list.sort((a, b) => a.name.localeCompare(b.name));
  }

  #nodeChanged(node: V1Node, old: V1Node): void {
    if (isReady(node) === isReady(old)) return;
    this.events.emit({
      type: isReady(node) ? 'nodeReady' : 'nodeNotReady',
      node: node.metadata.name ?? '',
    });
  }

  #podChanged(object: V1Pod, old: V1Pod | undefined): void {
    const pod = scenePod(object);
    const before = old && scenePod(old);
    const emit = (type: 'podPlaced' | 'podReady' | 'podEvicted') => this.events.emit({ type, pod });
    if (pod.node !== '' && !before?.node) emit('podPlaced');
    if (pod.state === 'ready' && before?.state !== 'ready') emit('podReady');
    if (object.metadata.deletionTimestamp && !old?.metadata.deletionTimestamp) emit('podEvicted');
  }
}

function scenePod({ metadata, spec, status }: V1Pod): ScenePod {
  const ready = isReady({ status });
  const calm = ready ? 'ready' : status?.phase === 'Running' ? 'notReady' : 'waiting';
  return {
    name: metadata.name ?? '',
    node: spec?.nodeName ?? '',
    state: metadata.deletionTimestamp ? 'leaving' : calm,
  };
}

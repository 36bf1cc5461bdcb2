// Keeps the target in view by watches: how it is at any moment, and what changes. It changes nothing.

import type { V1Node, V1Pod } from '../../api/generated/types.ts';
import type { KubeObject } from '../../api/object.ts';
import { backendPolicies } from '../../api/relevo/resources.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { Informer } from '../../client/informer.ts';
import type { Resource } from '../../client/resource.ts';
import { deployments, nodes, pods, replicaSets, services } from '../../client/resources.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { TargetRef } from '../scenario/scenario.ts';
import { ingresses } from './resources.ts';
import type { Entrance, TargetObjects } from './target-objects.ts';
import { targetView } from './target-view.ts';
import type { TargetView, World } from './world.ts';

/** `before` undefined: it is new; `after` undefined: it is gone. Told in the order in which they are seen. */
export type TargetChange =
  | { readonly type: 'pod'; readonly before?: V1Pod; readonly after?: V1Pod }
  | { readonly type: 'node'; readonly before?: V1Node; readonly after?: V1Node }
  /** Something else of the target: its Service, its policy, what it was asked for. */
  | { readonly type: 'other' };

type AnyInformer = Pick<Informer<KubeObject>, 'start' | 'synced' | 'close'>;

export class TargetWatch {
  /** Of pods of the whole namespace. Nothing is told of what was there before start() resolved. */
  readonly changes = new Subscribable<TargetChange>();
  readonly #world: World;
  readonly #ref: TargetRef;
  readonly #informers: AnyInformer[] = [];
  #objects: () => TargetObjects = () => nothing;
  #entrance: Entrance = { isLocal: true };
  #isStarted = false;

  constructor(world: World, ref: TargetRef) {
    this.#world = world;
    this.#ref = ref;
  }

  /** Resolves when everything has been seen. Rejects with the API's error when something may not be seen, or the API is away. */
  async start(): Promise<void> {
    const { machinery, balancer } = this.#world;
    const nodeList = await this.#informer(nodes, undefined);
    const namespace = this.#ref.service?.namespace;
    if (namespace !== undefined) {
      await this.#watchNamespace(nodeList, namespace, this.#ref.service?.name ?? '');
    } else this.#objects = () => ({ ...nothing, nodes: nodeList?.lister.list() ?? [] });
    this.#hear(nodeList, 'node');
    const [ingress] = (await balancer?.().catch(() => undefined))?.ingress.http ?? [];
    this.#entrance = { isLocal: machinery !== undefined, ...(ingress === undefined ? {} : { ingress }) };
    for (const informer of this.#informers) informer.start();
    await Promise.all(this.#informers.map((informer) => informer.synced()));
    this.#isStarted = true;
  }

  /** The target of this moment. Throws, in one line, when its Service is not there or cannot be reached. */
  view(): TargetView {
    return targetView(this.#ref, this.#objects(), this.#entrance);
  }

  /** Idempotent; nothing is told after it. */
  async close(): Promise<void> {
    this.#isStarted = false;
    await Promise.all(this.#informers.map((informer) => informer.close()));
  }

  async #watchNamespace(
    nodeList: Informer<V1Node> | undefined,
    namespace: string,
    service: string,
  ): Promise<void> {
    const [podList, serviceList, policies, deploymentList, replicaSetList, ingressList] = await Promise.all([
      this.#informer(pods, namespace),
      this.#informer(services, namespace),
      this.#informer(backendPolicies, namespace),
      this.#informer(deployments, namespace),
      this.#informer(replicaSets, namespace),
      this.#informer(ingresses, namespace),
    ]);
    this.#hear(podList, 'pod');
    this.#hear(serviceList, 'other');
    this.#hear(policies, 'other');
    this.#hear(deploymentList, 'other');
    this.#objects = () => ({
      service: serviceList?.lister.find(namespace, service),
      pods: podList?.lister.list() ?? [],
      nodes: nodeList?.lister.list() ?? [],
      policies: policies?.lister.list() ?? [],
      deployments: deploymentList?.lister.list() ?? [],
      replicaSets: replicaSetList?.lister.list() ?? [],
      ingresses: ingressList?.lister.list() ?? [],
    });
  }

  /** Undefined where the API knows no such resource: an informer would wait for it for ever. */
  async #informer<T extends KubeObject>(
    resource: Resource<T>,
    namespace: string | undefined,
  ): Promise<Informer<T> | undefined> {
    const { client, clock, logger } = this.#world;
    try {
      await client.resource(resource, namespace).list({ limit: 1 });
    } catch (error) {
      if (isStatusError(error, 404)) return undefined;
      throw error;
    }
    const informer = new Informer<T>({
      ...{ client, clock, logger, resource, random: Math.random },
      ...(namespace === undefined ? {} : { namespace }),
    });
    this.#informers.push(informer);
    return informer;
  }

  #hear<T extends KubeObject>(informer: Informer<T> | undefined, type: TargetChange['type']): void {
    const tell = (change: { before?: T; after?: T }) => {
      if (this.#isStarted) this.changes.emit({ type, ...change } as TargetChange);
    };
    informer?.addHandler({
      added: (after) => tell({ after }),
      updated: (after, before) => tell({ before, after }),
      deleted: (before) => tell({ before }),
    });
  }
}

const nothing: TargetObjects = {
  service: undefined,
  ...{ pods: [], nodes: [], policies: [], deployments: [], replicaSets: [], ingresses: [] },
};

// Rolls out Deployments: watches them, their ReplicaSets and their pods, and hands each to one reconcile at a time.

import { hasEnded } from '../api/core/pod-phase.ts';
import type { V1Deployment, V1Pod, V1ReplicaSet } from '../api/generated/types.ts';
import { labelSelectorFromObject } from '../api/selectors.ts';
import type { EventRecorder } from '../client/event-recorder.ts';
import type { Informer } from '../client/informer.ts';
import { keyFor, keyOf } from '../client/object-key.ts';
import { deployments, pods, replicaSets } from '../client/resources.ts';
import { claim, stillThere } from './claim.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { DeploymentReconcile } from './deployment/reconcile.ts';
import { byController, controllerIndex, controllerOf, orphanKey } from './owner-references.ts';

const name = 'deployment-controller';
/** ReplicaSets report in bursts while pods become ready; one reconcile per burst is enough. */
const batchMs = 10;

export function createDeploymentController(context: ControllerContext): Controller {
  const rollouts = new Deployments(context);
  const controller = new Controller(context, { name, batchMs, reconcile: (key) => rollouts.reconcile(key) });
  controller.watch(rollouts.deployments);
  controller.watch(rollouts.sets, (set) => rollouts.keysOfSet(set));
  controller.observe(rollouts.pods, {
    // Recreate waits for the last old pod; nobody else cares for single pods.
    deleted: (pod) => {
      const key = rollouts.recreatedBy(pod);
      if (key) controller.enqueue(key);
    },
    updated: (pod) => {
      const key = hasEnded(pod) ? rollouts.recreatedBy(pod) : undefined;
      if (key) controller.enqueue(key);
    },
  });
  return controller;
}

class Deployments {
  readonly deployments: Informer<V1Deployment>;
  readonly sets: Informer<V1ReplicaSet>;
  readonly pods: Informer<V1Pod>;
  readonly #context: ControllerContext;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#recorder = context.recorder.from(name);
    this.deployments = context.informers.for(deployments);
    this.sets = context.informers.for(replicaSets);
    this.pods = context.informers.for(pods);
    this.sets.addIndex(controllerIndex, byController);
    this.pods.addIndex(controllerIndex, byController);
  }

  async reconcile(key: string): Promise<ReconcileResult | undefined> {
    const deployment = this.deployments.lister.get(key);
    if (!deployment) return undefined;
    if (labelSelectorFromObject(deployment.spec.selector).everything) {
      const message = 'This deployment is selecting all pods. A non-empty selector is required.';
      this.#recorder.event(deployment, 'Warning', 'SelectingAll', message);
      return undefined;
    }
    return new DeploymentReconcile(deployment, {
      client: this.#context.client,
      recorder: this.#recorder,
      nowMs: this.#context.clock.now(),
      sets: await this.#ownSets(deployment),
      podsOf: (set) => this.pods.lister.byIndex(controllerIndex, set.metadata.uid),
    }).run();
  }

  /** The key of the controlling Deployment; for an orphan those of all that would adopt it. */
  keysOfSet(set: V1ReplicaSet): string[] {
    const owner = controllerOf(set);
    const { namespace, labels } = set.metadata;
    if (owner) return owner.kind === 'Deployment' ? [keyFor(namespace, owner.name)] : [];
    const candidates = this.deployments.lister.list({ namespace });
    const adopters = candidates.filter(({ spec }) => labelSelectorFromObject(spec.selector).matches(labels));
    return adopters.map(keyOf);
  }

  /** The key of the pod's Deployment if that waits for pods to go. */
  recreatedBy(pod: V1Pod): string | undefined {
    const set = controllerOf(pod);
    if (set?.kind !== 'ReplicaSet') return undefined;
    const owner = this.sets.lister.find(pod.metadata.namespace, set.name);
    const [key] = owner ? this.keysOfSet(owner) : [];
    const deployment = key ? this.deployments.lister.get(key) : undefined;
    return deployment?.spec.strategy?.type === 'Recreate' ? key : undefined;
  }

  #ownSets(deployment: V1Deployment): Promise<V1ReplicaSet[]> {
    const { client } = this.#context;
    const { lister } = this.sets;
    const own = lister.byIndex(controllerIndex, deployment.metadata.uid);
    const orphans = lister.byIndex(controllerIndex, orphanKey(deployment.metadata.namespace));
    return claim([...own, ...orphans], {
      client,
      resource: replicaSets,
      owner: deployment,
      selector: labelSelectorFromObject(deployment.spec.selector),
      mayAdopt: stillThere(client, deployments, deployment),
    });
  }
}

// Two Deployments on simulated nodes, what is done to them, and processes that are killed meanwhile and started again at once.

import type { V1Deployment } from '../../../src/api/generated/types.ts';
import { Client } from '../../../src/client/client.ts';
import { HttpsTransport } from '../../../src/client/https-transport.ts';
import type { Draft } from '../../../src/client/resource.ts';
import { deployments, nodes, pods, services } from '../../../src/client/resources.ts';
import { eventually } from '../eventually.ts';
import { type Killable, KillableCluster } from '../killable.ts';
import { assertSettled, readState } from './settled-state.ts';

export type Step =
  | { readonly op: 'scale'; readonly app: string; readonly replicas: number }
  | { readonly op: 'setImage'; readonly app: string; readonly image: string }
  /** `pick`, from 0 to below 1, chooses one of those that are there. */
  | { readonly op: 'deletePod'; readonly pick: number }
  | { readonly op: 'cordon'; readonly node: string; readonly cordoned: boolean }
  | { readonly op: 'killControlPlane' | 'killNodes' }
  /** Lets them work for a while that is as random as the rest. */
  | { readonly op: 'pass'; readonly ms: number };

export const apps = ['web', 'api'] as const;
export const nodeNames = ['node-1', 'node-2', 'node-3'] as const;

/** For what takes a moment even on a machine with better things to do. */
const patienceMs = 30_000;

export class DeployedWorld {
  readonly client: Client;
  readonly #cluster: KillableCluster;
  readonly #transport: HttpsTransport;
  readonly #nodes: Killable<null>;
  /** The last start of each. */
  #controlPlaneUp: Promise<unknown> = Promise.resolve();
  #nodesUp: Promise<unknown> = Promise.resolve();

  private constructor(cluster: KillableCluster, transport: HttpsTransport, simulated: Killable<null>) {
    this.#cluster = cluster;
    this.#transport = transport;
    this.#nodes = simulated;
    this.client = new Client(transport, { userAgent: 'drill' });
  }

  static async open(): Promise<DeployedWorld> {
    const cluster = await KillableCluster.open();
    const { admin, simulatedNodes } = await cluster.controlPlane.start();
    const simulated = cluster.simulatedNodes(nodeNames.length, simulatedNodes);
    await simulated.start();
    const world = new DeployedWorld(cluster, new HttpsTransport(admin), simulated);
    await world.#deploy();
    return world;
  }

  /** Resolves when it is accepted, which a dead control plane delays. */
  async take(step: Step): Promise<void> {
    if (step.op === 'killControlPlane') return this.killControlPlane();
    if (step.op === 'killNodes') return this.#killNodes();
    // Its length is what is drawn at random; nothing is waited for.
    if (step.op === 'pass') return new Promise((resolve) => setTimeout(resolve, step.ms));
    await eventually(() => this.#ask(step).then(() => true), patienceMs);
  }

  /** Resolves when everything runs, and everything is as it was asked for; with the uids of the pods. */
  async settled(): Promise<string[]> {
    await Promise.all([this.#controlPlaneUp, this.#nodesUp]);
    for (const node of nodeNames) await this.take({ op: 'cordon', node, cordoned: false });
    const settled = async () => {
      const state = await readState(this.client, 'default');
      assertSettled(state, apps);
      return state.pods.map(({ metadata }) => metadata.uid).sort();
    };
    return eventually(settled, patienceMs);
  }

  /** Resolves when it is gone; its successor is on its way then. */
  async killControlPlane(): Promise<void> {
    const { controlPlane } = this.#cluster;
    await controlPlane.kill();
    this.#controlPlaneUp = awaitable(controlPlane.start());
  }

  async close(): Promise<void> {
    await this.#nodes.kill();
    await this.#cluster.close();
    await this.#transport.close();
  }

  async #killNodes(): Promise<void> {
    await this.#nodes.kill();
    this.#nodesUp = awaitable(this.#nodes.start());
  }

  async #ask(step: Step): Promise<unknown> {
    const api = this.client.resource(deployments, 'default');
    if (step.op === 'scale') return api.patch(step.app, { spec: { replicas: step.replicas } });
    if (step.op === 'setImage') {
      const containers = [{ name: 'app', image: step.image }];
      return api.patch(step.app, { spec: { template: { spec: { containers } } } }, { type: 'strategic' });
    }
    if (step.op === 'cordon') {
      return this.client.resource(nodes).patch(step.node, { spec: { unschedulable: step.cordoned } });
    }
    return step.op === 'deletePod' && this.#deletePod(step.pick);
  }

  async #deletePod(pick: number): Promise<void> {
    const api = this.client.resource(pods, 'default');
    const { items } = await api.list();
    const victim = items[Math.floor(pick * items.length)];
    if (victim) await api.delete(victim.metadata.name);
  }

  async #deploy(): Promise<void> {
    for (const app of apps) {
      const strategy = { type: app === 'web' ? 'RollingUpdate' : 'Recreate' };
      await this.client.resource(deployments, 'default').create(deploymentOf(app, strategy));
      const ports = [{ port: 80, targetPort: 8080 }];
      await this.client.resource(services, 'default').create({
        metadata: { name: app },
        spec: { selector: { app }, ports },
      });
    }
  }
}

/** Whoever does not wait for it is not to be killed by it: it may be killed before it is ready, and started once more. */
function awaitable(starting: Promise<unknown>): Promise<unknown> {
  starting.catch(() => {});
  return starting;
}

/** Its pods take a moment to start and to end, so that there is something to be killed in. */
function deploymentOf(app: string, strategy: { type: string }): Draft<V1Deployment> {
  const annotations = {
    'simulated.relevo.dev/ready-after': '50ms',
    'simulated.relevo.dev/stop-after': '30ms',
  };
  return {
    metadata: { name: app, labels: { app } },
    spec: {
      ...{ replicas: 3, selector: { matchLabels: { app } }, strategy, revisionHistoryLimit: 3 },
      template: {
        metadata: { labels: { app }, annotations },
        spec: { containers: [{ name: 'app', image: 'shop:0' }] },
      },
    },
  };
}

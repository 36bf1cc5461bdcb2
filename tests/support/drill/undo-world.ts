// A world without processes to undo faults in: an API in memory and a machinery that remembers.

import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { Client } from '../../../src/client/client.ts';
import { deployments, leases, nodes } from '../../../src/client/resources.ts';
import type { World } from '../../../src/drill/world/world.ts';
import { FakeApi } from '../fake-api.ts';
import { FakeMachinery } from './fake-machinery.ts';

export class UndoWorld {
  readonly api = new FakeApi();
  readonly client = new Client(this.api);
  readonly machinery: FakeMachinery;
  readonly world: World;
  #renewals = 0;

  constructor(states: ConstructorParameters<typeof FakeMachinery>[0] = {}, stateFolder = '/nowhere') {
    this.machinery = new FakeMachinery(states);
    this.world = {
      ...{ client: this.client, machinery: this.machinery, stateFolder },
      ...{ clock: systemClock, logger: silentLogger, mayRunCommands: false },
    };
  }

  async addNode(name: string): Promise<void> {
    await this.client.resource(nodes).create({
      metadata: { name },
      spec: {},
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    });
    await this.client
      .resource(leases, 'kube-node-lease')
      .create({ metadata: { name, namespace: 'kube-node-lease' }, spec: { renewTime: '0' } });
  }

  /** As its kubelet does. */
  async renew(name: string): Promise<void> {
    const renewTime = String(++this.#renewals);
    await this.client.resource(leases, 'kube-node-lease').patch(name, { spec: { renewTime } });
  }

  async addDeployment(name: string, replicas: number): Promise<void> {
    const template = { metadata: { labels: {} }, spec: { containers: [] } };
    await this.client.resource(deployments, 'default').create({
      metadata: { name, namespace: 'default' },
      spec: { replicas, selector: {}, template },
    });
  }

  async replicasOf(name: string): Promise<number | undefined> {
    return (await this.client.resource(deployments, 'default').get(name)).spec?.replicas;
  }
}

// Objects that are created without a pause while a cluster is being destroyed. Whatever was answered with success has to be there afterwards.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '../../../src/client/client.ts';
import { HttpsTransport } from '../../../src/client/https-transport.ts';
import { loadKubeconfig } from '../../../src/client/kubeconfig.ts';
import { connectionOf } from '../../../src/client/kubeconfig-connection.ts';
import { configMaps } from '../../../src/client/resources.ts';

/** Not as fast as it can: others are to have their turn. */
const betweenMs = 20;

export class AcknowledgedObjects {
  readonly #kubeconfig: string;
  readonly #names: string[] = [];
  readonly #work: Promise<void>;
  #transport: HttpsTransport;
  #asked = 0;
  #stopped = false;

  private constructor(kubeconfig: string, transport: HttpsTransport) {
    this.#kubeconfig = kubeconfig;
    this.#transport = transport;
    this.#work = this.#create();
  }

  static async begin(kubeconfig: string): Promise<AcknowledgedObjects> {
    return new AcknowledgedObjects(kubeconfig, await transportTo(kubeconfig));
  }

  /** After the cluster was started again: another may have its port by now. */
  async reconnect(): Promise<void> {
    const old = this.#transport;
    this.#transport = await transportTo(this.#kubeconfig);
    await old.close();
  }

  /** At least those that had been acknowledged when this was called. */
  async assertThere(): Promise<void> {
    const acknowledged = [...this.#names];
    const { items } = await this.#api.list();
    const there = new Set(items.map(({ metadata }) => metadata.name));
    const lost = acknowledged.filter((name) => !there.has(name));
    assert.deepEqual(lost, [], `lost of ${acknowledged.length} acknowledged`);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#work;
    await this.#transport.close();
  }

  get #api() {
    return new Client(this.#transport, { userAgent: 'drill' }).resource(configMaps, 'default');
  }

  async #create(): Promise<void> {
    while (!this.#stopped) {
      const name = `kept-${this.#asked++}`;
      // One that nobody answered may be there or not.
      const answered = await this.#api.create({ metadata: { name } }).then(
        () => true,
        () => false,
      );
      if (answered) this.#names.push(name);
      await delay(betweenMs);
    }
  }
}

async function transportTo(kubeconfig: string): Promise<HttpsTransport> {
  const { transport } = await connectionOf(await loadKubeconfig([kubeconfig]));
  return new HttpsTransport(transport);
}

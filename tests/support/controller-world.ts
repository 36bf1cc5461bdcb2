// Everything a controller needs to run against the fake API: a client, informers, a recorder, and an end to it all.

import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { Client } from '../../src/client/client.ts';
import { EventRecorder } from '../../src/client/event-recorder.ts';
import { type Resource, resourceName } from '../../src/client/resource.ts';
import { SharedInformers } from '../../src/client/shared-informers.ts';
import type { Transport, TransportRequest, TransportResponse } from '../../src/client/transport.ts';
import type { Controller, ControllerContext } from '../../src/controllers/controller.ts';
import { FakeApi } from './fake-api.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

/** Adds discovery to the fake API: it serves what it is told to serve. */
class Discoverable implements Transport {
  readonly #api: FakeApi;
  readonly #served: Resource[];

  constructor(api: FakeApi, served: Resource[]) {
    this.#api = api;
    this.#served = served;
  }

  async request(request: TransportRequest): Promise<TransportResponse> {
    const body = request.method === 'GET' ? this.#discovery(request.path) : undefined;
    return body ? { status: 200, headers: {}, body } : this.#api.request(request);
  }

  watch: Transport['watch'] = (request, onEvent) => this.#api.watch(request, onEvent);

  close(): Promise<void> {
    return this.#api.close();
  }

  #discovery(path: string): unknown {
    if (path === '/apis') {
      const groups = [...new Set(this.#served.map(({ group }) => group))].filter((group) => group !== '');
      return { groups: groups.map((name) => this.#group(name)) };
    }
    const [, root, ...rest] = path.split('/');
    const [group, version] = root === 'api' ? ['', rest[0]] : rest;
    if (rest.length !== (root === 'api' ? 1 : 2)) return undefined;
    const found = this.#served.filter((one) => one.group === group && one.version === version);
    return {
      resources: found.map(({ plural: name, kind, namespaced }) => ({ name, kind, namespaced, verbs })),
    };
  }

  #group(name: string): unknown {
    const versions = [
      ...new Set(this.#served.filter(({ group }) => group === name).map(({ version }) => version)),
    ];
    return {
      name,
      preferredVersion: { version: versions[0] },
      versions: versions.map((version) => ({ version })),
    };
  }
}

export class ControllerWorld {
  readonly api = new FakeApi();
  readonly client: Client;
  readonly context: ControllerContext;
  readonly #served: Resource[] = [];
  readonly #controllers: Controller[] = [];

  constructor(overrides: Partial<ControllerContext> = {}) {
    const { clock = systemClock, logger = silentLogger, random = () => 0.5 } = overrides;
    this.client = new Client(new Discoverable(this.api, this.#served));
    const { client } = this;
    // The connection's own pauses are in real time even where the controllers' clock is moved by hand.
    const informers = new SharedInformers({ client, clock: systemClock, logger, random });
    const recorder = new EventRecorder({ client, clock, logger, component: 'test' });
    this.context = { client, informers, recorder, clock, logger, random };
  }

  /** What discovery lists from now on. */
  serve(...resources: Resource[]): void {
    const isNew = (one: Resource): boolean =>
      !this.#served.some((other) => resourceName(other) === resourceName(one));
    this.#served.push(...resources.filter(isNew));
  }

  start(...controllers: Controller[]): void {
    this.#controllers.push(...controllers);
    for (const controller of controllers) controller.start();
    this.context.informers.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.close()));
    await this.context.recorder.close();
    await this.context.informers.close();
    await this.api.close();
  }

  /** Reasons of the events so far. */
  get eventReasons(): string[] {
    return this.api.all('events').map(({ reason }) => reason);
  }
}

// A small world for tests of controllers: the fake API, informers, a recorder, and a kubelet that makes pods ready on demand.

import type { TestContext } from 'node:test';
import type { V1Pod } from '../../src/api/generated/types.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLogger } from '../../src/base/logger.ts';
import { Client } from '../../src/client/client.ts';
import { EventRecorder } from '../../src/client/event-recorder.ts';
import { pods } from '../../src/client/resources.ts';
import { isStatusError } from '../../src/client/response-error.ts';
import { SharedInformers } from '../../src/client/shared-informers.ts';
import type { Controller, ControllerContext } from '../../src/controllers/controller.ts';
import { FakeApi } from './fake-api.ts';

export class ControllerHarness {
  readonly api = new FakeApi();
  readonly client = new Client(this.api, { userAgent: 'test' });
  readonly context: ControllerContext;
  /** Which pods the kubelet makes ready; the others stay pending. */
  becomesReady: (pod: V1Pod) => boolean = () => true;
  readonly #controllers: Controller[] = [];
  #offsetMs = 0;

  /** Everything is closed when the test ends. */
  constructor(t: TestContext) {
    const clock = { ...systemClock, now: () => Date.now() + this.#offsetMs };
    this.api.now = clock.now;
    const client = this.client.as('controllers');
    const shared = { client, clock, logger: silentLogger, random: () => 0.999999 };
    this.context = {
      ...shared,
      informers: new SharedInformers(shared),
      recorder: new EventRecorder({ ...shared, component: 'test' }),
    };
    t.after(() => this.close());
  }

  /** Moves the wall clock on (timers stay where they are). */
  jump(ms: number): void {
    this.#offsetMs += ms;
  }

  /** Starts controllers and waits until the informers are synced. */
  async start(...factories: ((context: ControllerContext) => Controller)[]): Promise<void> {
    for (const make of factories) this.#controllers.push(make(this.context));
    const podInformer = this.context.informers.for(pods);
    podInformer.addHandler({
      added: (pod) => void this.#tend(pod),
      updated: (pod) => void this.#tend(pod),
    });
    for (const controller of this.#controllers) controller.start();
    this.context.informers.start();
    await this.context.informers.synced();
  }

  async close(): Promise<void> {
    await Promise.all(this.#controllers.map((controller) => controller.close()));
    await this.context.informers.close();
    await this.context.recorder.close();
    await this.api.close();
  }

  /** Looks at all pods again, after becomesReady was changed. */
  tendAll(): void {
    for (const pod of this.api.all('pods')) void this.#tend(pod as unknown as V1Pod);
  }

  /** Messages of events with this reason, in order. */
  async messages(reason: string): Promise<string[]> {
    await this.context.recorder.flush();
    return this.api
      .all('events')
      .filter((event) => event.reason === reason)
      .map((event) => event.message);
  }

  async #tend(pod: V1Pod): Promise<void> {
    const ready = this.becomesReady(pod);
    const waiting = (pod.status?.phase ?? 'Pending') === 'Pending' && !pod.metadata.deletionTimestamp;
    if (!waiting || !ready) return;
    await this.setReady(pod, true);
  }

  async setReady(pod: V1Pod, ready: boolean): Promise<void> {
    const lastTransitionTime = new Date(this.context.clock.now()).toISOString();
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime }];
    const { name, namespace } = pod.metadata;
    const status = { phase: 'Running', conditions };
    try {
      await this.client.resource(pods, namespace).patch(name, { status }, { subresource: 'status' });
    } catch (error) {
      if (!isStatusError(error, 404)) throw error;
    }
  }
}

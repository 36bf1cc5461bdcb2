// Controllers and scheduler as the clients that they are: whichever API the client reaches, embedded or another.

import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import { EventRecorder } from '../client/event-recorder.ts';
import { SharedInformers } from '../client/shared-informers.ts';
import { type AllControllersOptions, allControllers } from '../controllers/all.ts';
import type { Controller } from '../controllers/controller.ts';
import { Scheduler, type SchedulerOptions } from '../scheduler/scheduler.ts';

export interface ControlLoopsOptions {
  /** The transport stays the caller's. */
  client: Client;
  clock: Clock;
  logger: Logger;
  /** 0 or more and below 1. */
  random: () => number;
  controllers: AllControllersOptions;
  scheduler?: SchedulerOptions;
}

export class ControlLoops {
  readonly #informers: SharedInformers;
  readonly #recorder: EventRecorder;
  readonly #controllers: readonly Controller[];
  readonly #scheduler: Scheduler;

  constructor({ client, clock, logger, random, controllers, scheduler }: ControlLoopsOptions) {
    this.#informers = new SharedInformers({ client, clock, logger, random });
    this.#recorder = new EventRecorder({ client, clock, logger, component: 'relevo' });
    const context = { client, informers: this.#informers, recorder: this.#recorder, clock, logger, random };
    this.#controllers = allControllers(context, controllers);
    this.#scheduler = new Scheduler({ ...context, client: client.as('kube-scheduler') }, scheduler);
  }

  /** Idempotent. */
  start(): void {
    this.#informers.start();
    for (const controller of this.#controllers) controller.start();
    this.#scheduler.start();
  }

  /** Resolves when every cache has been filled once. */
  synced(): Promise<void> {
    return this.#informers.synced();
  }

  /** Waits for what is in flight. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([
      ...this.#controllers.map((controller) => controller.close()),
      this.#scheduler.close(),
    ]);
    await this.#recorder.close();
    await this.#informers.close();
  }
}

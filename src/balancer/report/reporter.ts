// All that the balancer says to the API, in one place: what the model in force means for objects, and what its engine tells.

import type { V1Pod } from '../../api/generated/types.ts';
import { EventRecorder } from '../../client/event-recorder.ts';
import type { EngineEvent, Problem } from '../../lb/engine.ts';
import type { LbModel } from '../../lb/model.ts';
import type { BuiltModel, ModelBuilder } from '../model-builder.ts';
import type { Note } from '../note.ts';
import type { BalancerOptions } from '../options.ts';
import type { Watched } from '../watched.ts';
import { BalancerObject } from './balancer-object.ts';
import { Departures } from './departures.ts';
import { EngineEvents } from './engine-events.ts';
import type { KeyedWrites } from './keyed-writes.ts';
import { Notices } from './notices.ts';
import { ObjectStatuses } from './object-statuses.ts';

export class Reporter {
  readonly #options: BalancerOptions;
  readonly #watched: Watched;
  readonly #builder: ModelBuilder;
  readonly #recorder: EventRecorder;
  readonly #notices: Notices;
  readonly #statuses: ObjectStatuses;
  readonly #object: BalancerObject;
  readonly #departures = new Departures();
  readonly #events = new EngineEvents();
  #inForce: { model: LbModel; departing: readonly V1Pod[] } | undefined;
  #complaints: readonly Note[] = [];
  #notes: readonly Note[] = [];
  #problems: readonly Problem[] = [];

  constructor(options: BalancerOptions, watched: Watched, builder: ModelBuilder, writes: KeyedWrites) {
    const { client, clock, logger, engine, name, version } = options;
    this.#options = options;
    this.#watched = watched;
    this.#builder = builder;
    this.#recorder = new EventRecorder({ client, clock, logger, component: 'balancer' });
    this.#notices = new Notices(watched, this.#recorder, logger);
    this.#statuses = new ObjectStatuses({ client, clock, watched, writes });
    this.#object = new BalancerObject({ client, clock, writes, engine, name, version });
  }

  /** The model is in force from now on. */
  inForce({ model, addresses, departing }: BuiltModel, problems: readonly Problem[]): void {
    const isFirst = this.#inForce === undefined;
    this.#inForce = { model, departing };
    this.#acknowledge(isFirst);
    const { loadBalancer, ingress } = this.#options.addresses;
    if (loadBalancer) this.#statuses.services(addresses);
    if (ingress) {
      this.#statuses.ingresses(
        this.#builder.ownIngresses,
        ingress.published.map((ip) => ({ ip })),
      );
    }
    this.#statuses.policies(this.#builder.decisions);
    this.#notes = this.#builder.notes;
    this.#problems = problems;
    this.#tellPeople();
  }

  hear(event: EngineEvent): void {
    if (event.type === 'departed') {
      this.#departures.left(event.backend, event.server);
      this.#acknowledge();
    }
    if (event.type === 'problems') {
      this.#problems = event.problems;
      this.#tellPeople();
    }
    const telling = this.#events.tellingOf(event, this.#inForce?.model);
    const service = telling && this.#watched.services.lister.get(telling.key);
    if (service) this.#recorder.event(service, telling.type, telling.reason, telling.message);
    this.#object.changed();
  }

  /** What is wrong beside the model; replaces what was. */
  complain(complaints: readonly Note[]): void {
    this.#complaints = complaints;
    this.#tellPeople();
  }

  /** To be called once the writes are closed. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([this.#object.close(), this.#recorder.close()]);
  }

  #tellPeople(): void {
    this.#notices.tell([...this.#notes, ...this.#complaints], this.#problems);
    this.#object.problems(this.#problems);
  }

  #acknowledge(anyway = false): void {
    if (!this.#inForce) return;
    const { model, departing } = this.#inForce;
    const changed = this.#departures.update(model, departing, this.#options.clock.now());
    if (changed || anyway) this.#object.departures(this.#departures.list);
  }
}

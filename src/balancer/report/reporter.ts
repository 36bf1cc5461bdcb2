// All that the balancer says to the API, in one place: what the model in force means for objects, and what its engine tells.

import type { V1Node } from '../../api/generated/types.ts';
import { EventRecorder } from '../../client/event-recorder.ts';
import type { EngineEvent, Problem } from '../../lb/engine.ts';
import { wantsAddress } from '../load-balancer-addresses.ts';
import type { BuiltModel, ModelBuilder } from '../model-builder.ts';
import type { Note } from '../note.ts';
import type { BalancerOptions } from '../options.ts';
import type { Watched } from '../watched.ts';
import { ingressEntries } from './addresses.ts';
import { BalancerObject } from './balancer-object.ts';
import { Departures } from './departures.ts';
import { EngineEvents } from './engine-events.ts';
import type { KeyedWrites } from './keyed-writes.ts';
import { Notices } from './notices.ts';
import { ObjectStatuses } from './object-statuses.ts';
import { OtherPublishers } from './other-publishers.ts';

/** Of a balancer that ends: the API may be away. */
const farewellMs = 1_000;

export class Reporter {
  readonly #options: BalancerOptions;
  readonly #watched: Watched;
  readonly #builder: ModelBuilder;
  readonly #recorder: EventRecorder;
  readonly #notices: Notices;
  readonly #statuses: ObjectStatuses;
  readonly #others: OtherPublishers;
  readonly #object: BalancerObject;
  readonly #departures = new Departures();
  readonly #events = new EngineEvents();
  #inForce: BuiltModel | undefined;
  #complaints: readonly Note[] = [];
  #notes: readonly Note[] = [];
  #problems: readonly Problem[] = [];

  constructor(options: BalancerOptions, watched: Watched, builder: ModelBuilder, writes: KeyedWrites) {
    const { client, clock, logger, engine, name, version } = options;
    this.#options = options;
    this.#watched = watched;
    this.#builder = builder;
    this.#recorder = new EventRecorder({ client, clock, logger, component: 'balancer' });
    const ownIngresses = () => builder.ownIngresses;
    this.#notices = new Notices({ watched, recorder: this.#recorder, logger, ownIngresses });
    this.#others = new OtherPublishers({ client, clock, writes, name, looked: () => this.#publish() });
    this.#statuses = new ObjectStatuses({ client, clock, watched, writes, others: this.#others });
    this.#object = new BalancerObject({
      ...{ client, clock, logger, writes, engine, name, version },
      model: () => this.#inForce?.model,
      nodes: () => watched.nodes.lister.list(),
    });
    this.#hearOfKubelets();
  }

  /** The model is in force from now on. */
  inForce(built: BuiltModel, problems: readonly Problem[]): void {
    const isFirst = this.#inForce === undefined;
    this.#inForce = built;
    this.#problems = problems;
    this.#acknowledge(isFirst);
    this.#publish();
    this.#others.start();
    this.#statuses.policies(this.#builder.decisions);
    this.#notes = this.#builder.notes;
    this.#tellPeople();
  }

  hear(event: EngineEvent): void {
    if (event.type === 'departed') {
      this.#departures.left(event.backend, event.server);
      this.#acknowledge();
    }
    if (event.type === 'problems') {
      this.#problems = event.problems;
      this.#publish();
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
    this.#others.close();
    await Promise.all([this.#object.close(), this.#recorder.close(), this.#withdraw()]);
  }

  /** Services and Ingresses are told where they are found. */
  #publish(): void {
    if (!this.#inForce) return;
    const { loadBalancer, ingress } = this.#options.addresses;
    if (loadBalancer) this.#statuses.services(this.#inForce.addresses);
    if (!ingress) return;
    this.#statuses.ingresses(this.#builder.ownIngresses, ingressEntries(ingress.published, this.#problems));
  }

  async #withdraw(): Promise<void> {
    const { addresses, withdraws = false } = this.#options;
    if (!withdraws || !this.#inForce) return;
    const { services } = this.#watched;
    await this.#statuses.withdraw(
      addresses.loadBalancer ? services.lister.list().filter(wantsAddress) : [],
      addresses.ingress ? this.#builder.ownIngresses : [],
      AbortSignal.timeout(farewellMs),
    );
    this.#inForce = undefined;
  }

  /** Whether they wait for balancers may change. */
  #hearOfKubelets(): void {
    // Before a model is in force there is nothing to report.
    const changed = () => void (this.#inForce && this.#object.changed());
    const versionOf = ({ status }: V1Node) => status?.nodeInfo?.kubeletVersion;
    this.#watched.nodes.addHandler({
      ...{ added: changed, deleted: changed },
      updated(node, old) {
        if (versionOf(node) !== versionOf(old)) changed();
      },
    });
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

// The main thread's control of one backend: takes its part of a model, and from time to time looks at its servers and does what is due.

import { deepEqual } from '../../../../base/deep-equal.ts';
import type { AgentReply } from '../../../checks/agent-reply.ts';
import type { Backend } from '../../../model.ts';
import { BackendView } from '../backend-view.ts';
import { ClientTable } from '../client-table.ts';
import { Queue } from '../queue.ts';
import { backendWord } from '../records.ts';
import type { BackendPlan } from '../worker-plan.ts';
import { Backups } from './backups.ts';
import type { ControlTools } from './control-tools.ts';
import { ControlledServer } from './controlled-server.ts';
import { Departures } from './departures.ts';
import { HealthControl } from './health-control.ts';
import type { ProbeResult } from './probe.ts';
import { ServerChecks } from './server-checks.ts';
import { type KnownServer, ServerSet } from './server-set.ts';
import { ServerWatch } from './server-watch.ts';

interface Kept {
  readonly known: KnownServer;
  readonly control: ControlledServer;
  readonly checks: ServerChecks;
}

export class BackendControl {
  readonly view: BackendView;
  readonly backups = new Backups();
  readonly #tools: ControlTools;
  readonly #queue: Queue;
  readonly #set: ServerSet;
  readonly #health: HealthControl;
  readonly #watch: ServerWatch;
  readonly #departures = new Departures();
  readonly #bySlot = new Map<number, Kept>();
  #servers: readonly ControlledServer[] = [];
  /** As the last model had it. */
  #backend: Backend | undefined;
  #clients: SharedArrayBuffer | undefined;
  #isSorry = false;

  /** `backend` still has to be taken by update(). */
  constructor(backend: Backend, tools: ControlTools) {
    this.#tools = tools;
    const { pools, room } = tools;
    const record = pools.backends.take();
    const plan = { name: backend.name, record, settings: withoutServers(backend), servers: [] };
    this.view = new BackendView(plan, pools.backends.table.words(record), pools.servers.table);
    this.#queue = new Queue(this.view, room);
    this.#set = new ServerSet(pools.servers);
    this.#health = new HealthControl(this.view, this.#queue, tools.commonMs);
    this.#watch = new ServerWatch(this.view, tools, (server) => this.#eject(server));
  }

  get name(): string {
    return this.view.name;
  }

  /** In the order of the model. */
  get servers(): readonly ControlledServer[] {
    return this.#servers;
  }

  /** Whether the sorry page is due, as of the last look. */
  get isSorry(): boolean {
    return this.#isSorry;
  }

  /** Whether time alone may change something: it has to be looked at every now and then. */
  get isRestless(): boolean {
    if (this.view.settings.backup || this.#departures.isPending || this.#isMaintained()) return true;
    return this.#servers.some((server) => server.isRestless());
  }

  /** Whether a worker has seen something. */
  get hasNews(): boolean {
    return Atomics.load(this.view.words, backendWord.attention) !== 0;
  }

  /** Takes the backend of a new model. What comes back is for the workers; undefined: nothing they have to be told. */
  update(backend: Backend): BackendPlan | undefined {
    if (deepEqual(backend, this.#backend)) {
      this.#expectDepartures(backend);
      if (this.#departures.isPending) this.look();
      return undefined;
    }
    this.#backend = backend;
    return this.#take(backend);
  }

  /** For a worker that knows nothing yet. */
  completePlan(): BackendPlan {
    const { plans, order } = this.#set.complete();
    const { name, record, settings } = this.view;
    return { name, record, settings, clients: this.#clients, servers: plans, order };
  }

  /** Does what is due. */
  look(): void {
    Atomics.store(this.view.words, backendWord.attention, 0);
    const nowMs = this.#tools.commonMs();
    const { settings } = this.view;
    const changes = [this.#maintain(), this.#health.review(this.#servers, nowMs), this.#write(nowMs)];
    for (const server of this.#servers) this.#watch.look(server, nowMs);
    if (this.backups.decide(settings, this.#servers, this.view.words, nowMs)) this.#tellBackups();
    changes.push(this.#write(nowMs));
    if (changes.includes(true)) this.#settle();
    this.#seeDeparturesThrough(nowMs);
    this.#tellSorry();
  }

  /** It is in the model no more: whoever waits is refused, nobody is let in, checks end. */
  close(): void {
    for (const { checks } of this.#bySlot.values()) checks.close();
    Atomics.store(this.view.words, backendWord.maintenance, 1);
    this.#dismiss([...this.#set.all]);
    this.#settle();
    this.#tools.pools.backends.retire(this.view.record);
  }

  /** Ends checks, and nothing else. */
  stopChecks(): void {
    for (const { checks } of this.#bySlot.values()) checks.close();
  }

  #take(backend: Backend): BackendPlan | undefined {
    const settings = withoutServers(backend);
    const isNew = this.#bySlot.size === 0;
    const hasOtherSettings = isNew || !deepEqual(settings, this.view.settings);
    const changes = this.#set.update(backend.servers);
    this.#dismiss(changes.gone);
    const plan: BackendPlan = {
      name: this.name,
      record: this.view.record,
      settings: hasOtherSettings ? settings : undefined,
      clients: hasOtherSettings ? this.#clientsOf(settings) : undefined,
      servers: changes.plans,
      order: changes.order,
    };
    this.view.update(plan);
    for (const known of changes.added) this.#admit(known, !isNew);
    this.#adopt(backend, hasOtherSettings);
    this.look();
    return hasOtherSettings || changes.plans.length > 0 || changes.order ? plan : undefined;
  }

  #admit(known: KnownServer, comesLate: boolean): void {
    const cell = this.view.bySlot(known.slot);
    if (!cell) throw new Error(`server ${known.server.id} is not in the view`);
    const control = new ControlledServer(known.server, cell, this.#tools.clock.now());
    const checks = new ServerChecks(known.server, this.#tools, {
      checked: (result) => this.#checked(control, result),
      heardAgent: (reply) => this.#heardAgent(control, reply),
    });
    this.#health.begin(control);
    // Among servers that are at work already a new one is eased in, as one that comes back.
    this.#watch.admit(control, comesLate, this.#tools.commonMs());
    this.#bySlot.set(known.slot, { known, control, checks });
  }

  #dismiss(gone: readonly KnownServer[]): void {
    for (const known of gone) {
      const kept = this.#bySlot.get(known.slot);
      this.#bySlot.delete(known.slot);
      kept?.checks.close();
      if (!kept) continue;
      kept.control.shut();
      // Taking the lock also says that every slot that was given under it has been told of.
      this.#queue.locked(() => this.#queue.disband(kept.control.cell));
      this.#set.retire(known);
    }
  }

  #adopt(backend: Backend, hasOtherSettings: boolean): void {
    this.#servers = this.view.cells.map(({ slot }) => (this.#bySlot.get(slot) as Kept).control);
    for (const { known, control, checks } of this.#bySlot.values()) {
      if (control.server === known.server && !hasOtherSettings && !control.isNew) continue;
      control.isNew = false;
      const isChecked = known.server.state === 'ready' || known.server.state === 'drain';
      if (!isChecked || !backend.check) this.#health.restore(control);
      control.server = known.server;
      checks.update(known.server, isChecked ? backend.check : undefined);
    }
    this.#expectDepartures(backend);
  }

  #expectDepartures(backend: Backend): void {
    const { clock, commonMs } = this.#tools;
    this.#departures.update(this.#servers, backend, clock.now(), commonMs());
  }

  #clientsOf(settings: Backend): SharedArrayBuffer | undefined {
    this.#clients = settings.affinityMs === undefined ? undefined : (this.#clients ?? ClientTable.memory());
    return this.#clients;
  }

  #checked(control: ControlledServer, result: ProbeResult): void {
    control.countCheck(result);
    if (!this.#health.checked(control, result)) return;
    this.#settle();
    this.look();
  }

  #heardAgent(control: ControlledServer, reply: AgentReply | undefined): void {
    if (reply) control.heardAgent(reply);
    else control.forgetAgent();
    this.look();
  }

  #eject(control: ControlledServer): void {
    if (!this.#health.eject(control)) return;
    this.#settle();
    this.look();
  }

  #write(nowMs: number): boolean {
    const { settings } = this.view;
    let isOther = false;
    for (const server of this.#servers) isOther = server.write(settings, nowMs) || isOther;
    return isOther;
  }

  #settle(): void {
    this.view.touch();
    if (this.#queue.length > 0) this.#queue.locked(() => this.#queue.settle());
  }

  /** Returns whether maintenance begins or ends. */
  #maintain(): boolean {
    const { maintenanceUntil = 0 } = this.view.settings;
    const value = maintenanceUntil > this.#tools.clock.now() ? 1 : 0;
    return Atomics.exchange(this.view.words, backendWord.maintenance, value) !== value;
  }

  #isMaintained(): boolean {
    return Atomics.load(this.view.words, backendWord.maintenance) === 1;
  }

  #seeDeparturesThrough(nowMs: number): void {
    if (!this.#departures.isPending) return;
    for (const server of this.#servers) {
      const step = this.#departures.step(server, nowMs);
      if (step === 'over') this.#watch.tellLost(server, 'over');
      else if (step === 'departed')
        this.#tools.emit({ type: 'departed', backend: this.name, server: server.server.id });
    }
  }

  #tellBackups(): void {
    const { active, wanted, reason } = this.backups;
    this.#tools.emit({ type: 'backups', backend: this.name, active, wanted, reason });
  }

  #tellSorry(): void {
    this.view.refresh();
    const isSorry = this.#queue.isVain();
    if (isSorry === this.#isSorry) return;
    this.#isSorry = isSorry;
    this.#tools.emit({ type: 'sorry', backend: this.name, due: isSorry });
  }
}

function withoutServers(backend: Backend): Backend {
  return { ...backend, servers: [] };
}

// What has to be looked after while HAProxy serves: backups, departures, ejections, and telling what became of servers. Nothing of it stands
// in the way of a request.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Backend, LbModel, Server } from '../model.ts';
import { BackupControl, demandIn, needsControl } from './backup-control.ts';
import { Departures } from './departures.ts';
import { Ejections } from './ejections.ts';
import type { Generation } from './generation.ts';
import type { Generations } from './generations.ts';
import { HealthWatch } from './health-watch.ts';
import type { Touched } from './live-servers.ts';
import { ModelIndex } from './model-index.ts';
import { proxyName, serverName, twinName } from './names.ts';
import { type Reading, Readings } from './readings.ts';
import { type Sample, sampleKey } from './sample.ts';
import { noRow } from './stat-rows.ts';
import type { Told } from './told.ts';
import { closeTunnels } from './tunnels.ts';

const quickMs = 50;
const slowMs = 1_000;
/** What becomes of servers for so long after a look is looked at together. */
const gatherMs = 20;
/** For each row that was read the next look waits: that takes HAProxy and us a hundredth of a millisecond. Not by the time that it took, in
 * which others may have had the processor: backups have to come in on a busy machine, too. */
const restPerRowMs = 0.2;
const goodClasses = ['hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx'];

export interface LoopOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly generations: Generations;
  readonly tell: (event: Told) => void;
  /** States of servers are to be brought to what is decided now. */
  readonly resync: () => Promise<void>;
}

export class ControlLoop {
  readonly backups = new BackupControl();
  readonly ejections: Ejections;
  readonly #departures: Departures;
  readonly #watch: HealthWatch;
  readonly #readings: Readings;
  readonly #options: LoopOptions;
  readonly #unheard: (() => void)[];
  /** Of which something was told: names of entries by that of their backend, both inside of HAProxy. */
  #touched = new Map<string, Set<string>>();
  #model: LbModel = {
    frontends: [],
    backends: [],
    certificates: [],
    secrets: { cookieKey: '', ticketKeys: [] },
  };
  #index = new ModelIndex({ backends: [] });
  #controlled: ReadonlySet<Backend> = new Set();
  /** The process of which everything was looked at. */
  #known: Generation | undefined;
  #cancel = () => {};
  #running: Promise<void> = Promise.resolve();
  /** That were read in this turn. */
  #rows = 0;
  /** On the monotonic clock. */
  #restUntil = 0;
  /** When the next turn begins, on the monotonic clock. */
  #dueAt = Number.POSITIVE_INFINITY;
  #slowAt = 0;
  #isClosed = false;

  constructor(options: LoopOptions) {
    const { clock, generations, tell } = options;
    this.#options = options;
    this.#watch = new HealthWatch(tell);
    this.#readings = new Readings(clock, generations);
    this.ejections = new Ejections({
      clock,
      goodAnswers: (backend, entry) => this.#goodAnswers(backend, entry),
      changed: (backend, server, isOut) => this.#ejected(backend, server, isOut),
    });
    this.#departures = new Departures(clock, {
      inFlight: (backend, server) => this.#inFlight(backend, server),
      cut: (backend, server) => this.#endTunnels(backend, server),
      departed: (backend, server) => tell({ type: 'departed', backend, server: server.id }),
    });
    this.#unheard = [
      generations.ended.subscribe((ended) => void this.ejections.note(ended)),
      generations.changed.subscribe(({ backend, entry }) => this.#touch(new Map([[backend, [entry]]]))),
    ];
  }

  /** A model that is in force. */
  update(model: LbModel): void {
    this.#model = model;
    this.#index = new ModelIndex(model);
    this.#controlled = new Set(model.backends.filter(needsControl));
    this.backups.update(model);
    this.ejections.update(model);
    this.#departures.update(model);
    this.#watch.update(model);
    this.#readings.update(model.backends);
    this.#touch(this.#options.generations.current?.servers.takeTouched() ?? new Map());
  }

  /** Idempotent; waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    for (const unhear of this.#unheard) unhear();
    this.ejections.close();
    await this.#running;
  }

  #touch(touched: ReadonlyMap<string, Iterable<string>>): void {
    for (const [backend, entries] of touched) {
      const known = this.#touched.get(backend) ?? new Set();
      for (const entry of entries) known.add(entry);
      this.#touched.set(backend, known);
    }
    this.#again(this.#restUntil - this.#options.clock.monotonic());
  }

  /** Unless a turn is due earlier. */
  #again(ms: number): void {
    const at = this.#options.clock.monotonic() + Math.max(0, ms);
    if (this.#isClosed || at >= this.#dueAt) return;
    this.#cancel();
    this.#dueAt = at;
    this.#cancel = this.#options.clock.after(Math.max(0, ms), () => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#running = this.#running.then(() => this.#turn());
    });
  }

  async #turn(): Promise<void> {
    const { clock, generations, logger } = this.#options;
    this.#rows = 0;
    try {
      if (generations.current) await this.#look(generations.current);
    } catch (error) {
      logger.warn('the state of haproxy cannot be read', { error });
    }
    this.#restUntil = clock.monotonic() + gatherMs;
    if (this.#touched.size > 0) this.#again(generations.current ? gatherMs : quickMs);
    else this.#again(this.#isQuick() ? Math.max(quickMs, this.#rows * restPerRowMs) : slowMs);
  }

  #isQuick(): boolean {
    return this.#departures.isWaiting || this.#controlled.size > 0;
  }

  async #look(current: Generation): Promise<void> {
    const { clock, generations } = this.#options;
    await this.#lookAtServers(current);
    await this.#departures.look();
    if (clock.monotonic() - this.#slowAt < slowMs) return;
    this.#slowAt = clock.monotonic();
    await generations.current?.servers.sweep();
    await generations.release();
    await generations.measure();
  }

  async #lookAtServers(current: Generation): Promise<void> {
    const touched: Touched = this.#touched;
    this.#touched = new Map();
    const all = this.#known === current ? undefined : await this.#options.generations.sample();
    this.#known = current;
    const due = all ? this.#model.backends : [...this.#dueOf(touched)];
    const changes = await Promise.all(
      due.map(async (backend) => {
        const { sample, servers } = all
          ? { sample: all, servers: backend.servers }
          : await this.#read(current, backend, touched.get(proxyName(backend.name)));
        this.#rows += all ? servers.length : sample.rows.size;
        await this.#lost(backend, this.#watch.look(backend, servers, sample));
        return this.#controlled.has(backend) && this.#decideBackups(backend, sample);
      }),
    );
    if (changes.includes(true)) await this.#options.resync();
  }

  #dueOf(touched: Touched): Set<Backend> {
    const found = [...touched.keys()].map((proxy) => this.#index.backend(proxy));
    return new Set([...found.filter((backend) => backend !== undefined), ...this.#controlled]);
  }

  #read(current: Generation, backend: Backend, touched: ReadonlySet<string> = new Set()): Promise<Reading> {
    const servers = [...touched].map((entry) => current.servers.serverOf(backend.name, entry));
    const there = new Set(servers.filter((server) => server !== undefined));
    return this.#readings.of(backend, [...there], touched, this.#controlled.has(backend));
  }

  /** What is in flight to servers that fell silent is tried elsewhere, or answered. */
  async #lost(backend: Backend, silent: readonly Server[]): Promise<void> {
    await Promise.all(silent.map((server) => this.#breakOff(backend.name, server)));
  }

  #decideBackups(backend: Backend, sample: Sample): boolean {
    const { clock, tell } = this.#options;
    const usable = (server: Server) =>
      server.state === 'ready' &&
      !this.ejections.isOut(backend.name, server.id) &&
      this.#watch.isServing(backend.name, server.id);
    const demand = demandIn(sample, proxyName(backend.name));
    const changed = this.backups.decide(backend, usable, demand, clock.monotonic());
    if (changed) tell({ type: 'backups', backend: backend.name, ...changed });
    return changed !== undefined;
  }

  #ejected(backend: Backend, server: Server, isOut: boolean): void {
    const change = isOut ? 'ejected' : 'back';
    const reason = isOut ? `${backend.observe.failures} failed requests in a row` : 'its time is over';
    this.#options.tell({ type: 'server', backend: backend.name, server: server.id, change, reason });
    void this.#options.resync();
    this.#touch(new Map([[proxyName(backend.name), entriesOf(server)]]));
  }

  async #goodAnswers(proxy: string, entry: string): Promise<number> {
    const backend = this.#index.backend(proxy);
    if (!backend) return -1;
    const { rows } = await this.#options.generations.sampleBackend(backend.name, [entry]);
    const row = rows.get(sampleKey(proxy, entry));
    return row ? goodClasses.reduce((sum, column) => sum + row.number(column), 0) : -1;
  }

  async #inFlight(backend: string, server: Server): Promise<number> {
    const entries = entriesOf(server);
    const { rows } = await this.#options.generations.sampleBackend(backend, entries);
    this.#rows += rows.size;
    const found = entries.map((entry) => rows.get(sampleKey(proxyName(backend), entry)) ?? noRow);
    return found.reduce((sum, row) => sum + row.number('scur'), 0);
  }

  /** Everything that it has in hand. */
  async #breakOff(backend: string, server: Server): Promise<void> {
    const { generations } = this.#options;
    const names = entriesOf(server).map((entry) => `${proxyName(backend)}/${entry}`);
    await Promise.all(names.map((name) => generations.tellAll(`shutdown sessions server ${name}`)));
  }

  async #endTunnels(backend: string, server: Server): Promise<void> {
    const { generations } = this.#options;
    await generations.withAll((api) => closeTunnels(api, proxyName(backend), entriesOf(server)));
  }
}

function entriesOf(server: Server): string[] {
  return server.role === 'primary' ? [serverName(server)] : [serverName(server), twinName(server)];
}

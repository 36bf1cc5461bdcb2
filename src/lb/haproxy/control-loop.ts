// What has to be looked after while HAProxy serves: backups, departures, ejections, and telling what became of servers. Nothing of it stands
// in the way of a request.

import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Backend, LbModel, Server } from '../model.ts';
import { BackupControl, needsControl } from './backup-control.ts';
import { Departures } from './departures.ts';
import { Ejections } from './ejections.ts';
import type { Generations } from './generations.ts';
import { HealthWatch } from './health-watch.ts';
import { proxyName, serverName, twinName } from './names.ts';
import { type Sample, sampleKey } from './sample.ts';
import { isServing } from './server-health.ts';
import { numberIn } from './stat-rows.ts';
import type { Told } from './told.ts';

const quickMs = 50;
const slowMs = 1_000;
/** So many times as long as a look takes it rests after it. */
const restShare = 9;

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
  readonly #options: LoopOptions;
  readonly #unheard: (() => void)[];
  /** Backends, inside of HAProxy, of which something was told. */
  readonly #touched = new Set<string>();
  #model: LbModel | undefined;
  #cancel = () => {};
  #running: Promise<void> = Promise.resolve();
  #isAllTouched = false;
  #slowAt = 0;
  #isClosed = false;

  constructor(options: LoopOptions) {
    const { clock, generations, tell } = options;
    this.#options = options;
    this.#watch = new HealthWatch(tell);
    this.ejections = new Ejections({
      clock,
      goodAnswers: (backend, entry) => this.#goodAnswers(backend, entry),
      changed: (backend, server, isOut) => this.#ejected(backend, server, isOut),
    });
    this.#departures = new Departures(clock, {
      inFlight: (backend, server) => this.#inFlight(backend, server),
      cut: (backend, server) => this.#cut(backend, server),
      departed: (backend, server) => tell({ type: 'departed', backend, server: server.id }),
    });
    this.#unheard = [
      generations.ended.subscribe((ended) => void this.ejections.note(ended)),
      generations.changed.subscribe((backend) => this.#touch(backend)),
    ];
  }

  /** A model that is in force. */
  update(model: LbModel): void {
    this.#model = model;
    this.backups.update(model);
    this.ejections.update(model);
    this.#departures.update(model);
    this.#watch.update(model);
    this.#isAllTouched = true;
    this.#again(0);
  }

  /** Idempotent; waits for what is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    for (const unhear of this.#unheard) unhear();
    this.ejections.close();
    await this.#running;
  }

  #touch(backend: string): void {
    this.#touched.add(backend);
    this.#again(0);
  }

  #again(ms: number): void {
    this.#cancel();
    if (this.#isClosed) return;
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#running = this.#running.then(() => this.#turn());
    });
  }

  async #turn(): Promise<void> {
    const began = this.#options.clock.monotonic();
    try {
      if (this.#options.generations.current) await this.#look();
    } catch (error) {
      this.#options.logger.warn('the state of haproxy cannot be read', { error });
    }
    if (this.#touched.size > 0 || this.#isAllTouched)
      this.#again(this.#options.generations.current ? 0 : quickMs);
    else this.#again(this.#isQuick() ? this.#pause(this.#options.clock.monotonic() - began) : slowMs);
  }

  /** What takes long, as reading the state of a thousand servers does, is done less often. */
  #pause(tookMs: number): number {
    return Math.min(slowMs, Math.max(quickMs, tookMs * restShare));
  }

  #isQuick(): boolean {
    const { current } = this.#options.generations;
    return (
      this.#departures.isWaiting ||
      current?.servers.hasLeaving === true ||
      this.#model?.backends.some(needsControl) === true
    );
  }

  async #look(): Promise<void> {
    const { clock, generations } = this.#options;
    await this.#lookAtServers();
    await this.#departures.look();
    if (clock.monotonic() - this.#slowAt < slowMs) return;
    this.#slowAt = clock.monotonic();
    await generations.current?.servers.sweep();
    await generations.release();
    await generations.measure();
  }

  async #lookAtServers(): Promise<void> {
    const { generations } = this.#options;
    const backends = this.#model?.backends ?? [];
    const touched = new Set(this.#touched);
    const isAll = this.#isAllTouched;
    this.#touched.clear();
    this.#isAllTouched = false;
    const all = isAll ? await generations.sample() : undefined;
    const due = backends.filter(
      (backend) => isAll || touched.has(proxyName(backend.name)) || needsControl(backend),
    );
    const changes = await Promise.all(
      due.map(async (backend) => {
        const sample = all ?? (await generations.sampleBackend(proxyName(backend.name)));
        await this.#lost(backend, this.#watch.look(backend, sample));
        return needsControl(backend) && this.#decideBackups(backend, sample);
      }),
    );
    if (changes.includes(true)) await this.#options.resync();
  }

  /** What is in flight to servers that fell silent is tried elsewhere, or answered. */
  async #lost(backend: Backend, silent: readonly Server[]): Promise<void> {
    await Promise.all(silent.map((server) => this.#cut(backend.name, server)));
  }

  #decideBackups(backend: Backend, sample: Sample): boolean {
    const { clock, tell } = this.#options;
    const row = sample.rows.get(sampleKey(proxyName(backend.name)));
    const demand = row ? numberIn(row, 'scur') : 0;
    const usable = (server: Server) =>
      server.state === 'ready' &&
      !this.ejections.isOut(backend.name, server.id) &&
      this.#isUp(backend, server, sample);
    const changed = this.backups.decide(backend, usable, demand, clock.monotonic());
    if (changed) tell({ type: 'backups', backend: backend.name, ...changed });
    return changed !== undefined;
  }

  #isUp(backend: Backend, server: Server, sample: Sample): boolean {
    const row = sample.rows.get(sampleKey(proxyName(backend.name), serverName(server)));
    return row !== undefined && isServing(row);
  }

  #ejected(backend: Backend, server: Server, isOut: boolean): void {
    const change = isOut ? 'ejected' : 'back';
    const reason = isOut ? `${backend.observe.failures} failed requests in a row` : 'its time is over';
    this.#options.tell({ type: 'server', backend: backend.name, server: server.id, change, reason });
    void this.#options.resync();
    this.#touch(proxyName(backend.name));
  }

  async #goodAnswers(backend: string, entry: string): Promise<number> {
    const { rows } = await this.#options.generations.sampleBackend(backend);
    const row = rows.get(sampleKey(backend, entry));
    if (!row) return -1;
    return ['hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx'].reduce(
      (sum, column) => sum + numberIn(row, column),
      0,
    );
  }

  async #inFlight(backend: string, server: Server): Promise<number> {
    const { rows } = await this.#options.generations.sampleBackend(proxyName(backend));
    const entries = [serverName(server), twinName(server)];
    return entries.reduce((sum, name) => {
      const row = rows.get(sampleKey(proxyName(backend), name));
      return sum + (row ? numberIn(row, 'scur') : 0);
    }, 0);
  }

  async #cut(backend: string, server: Server): Promise<void> {
    const names = server.role === 'primary' ? [serverName(server)] : [serverName(server), twinName(server)];
    await Promise.all(
      names.map((name) =>
        this.#options.generations.tellAll(`shutdown sessions server ${proxyName(backend)}/${name}`),
      ),
    );
  }
}

// One server as the main thread keeps it: what the model, its checks, its agent and its traffic make of it together, written into its words.

import type { AgentReply } from '../../../checks/agent-reply.ts';
import type { HealthState } from '../../../ejection.ts';
import type { Backend, Server } from '../../../model.ts';
import { slowstartWeight } from '../../../slowstart.ts';
import { serverFlag, serverReal, serverWord, unlimited, weightScale } from '../records.ts';
import type { ServerCell } from '../server-cell.ts';
import { readHealth, setFlags, writeHealth } from '../server-health.ts';
import type { ProbeResult } from './probe.ts';

const { admits, serves, called, down, ejected } = serverFlag;
/** Those that are written here; the others are its traffic's. */
const wordFlags = admits | serves | called | down;

export class ControlledServer {
  readonly cell: ServerCell;
  server: Server;
  /** Nobody has looked after its checks yet. */
  isNew = true;
  /** Undefined before the first. */
  lastCheck?: ProbeResult;
  checksFailed = 0;
  timesDown = 0;
  /** Milliseconds since the epoch. */
  changedAt: number;
  /** Whether it was usable when it was looked at last, and out of service by its checks or its traffic. */
  wasUsable = false;
  wasUp = true;
  wasEjected = false;
  /** Whether it is being found out if it is still there. */
  isDoubted = false;
  /** It is in no model any more: its record may be somebody else's. */
  isShut = false;
  #agent: AgentReply = {};
  #isCalled: boolean;
  /** On the common clock: since when it grows to its weight. */
  #growsSince: number | undefined;
  #downSince: number | undefined;
  #downMs = 0;

  constructor(server: Server, cell: ServerCell, epochMs: number) {
    this.server = server;
    this.cell = cell;
    this.changedAt = epochMs;
    this.#isCalled = server.role === 'primary';
  }

  get health(): HealthState {
    return readHealth(this.cell, 0);
  }

  /** Of an agent: word for word until it says otherwise. */
  heardAgent(reply: AgentReply): void {
    const { admin, health, weightPercent, maxconn } = reply;
    const said = { admin, health, weightPercent, maxconn };
    this.#agent = {
      ...this.#agent,
      ...Object.fromEntries(Object.entries(said).filter(([, v]) => v !== undefined)),
    };
  }

  forgetAgent(): void {
    this.#agent = {};
  }

  /** By its checks, or by its agent. */
  isUp(): boolean {
    const { health } = this.#agent;
    const { reals } = this.cell;
    return reals[serverReal.up] === 1 && (health === undefined || health === 'up');
  }

  /** Whether it is told to serve; primaries always are. Returns whether that is new. */
  call(isCalled: boolean): boolean {
    const before = this.#isCalled;
    this.#isCalled = isCalled || this.server.role === 'primary';
    return this.#isCalled && !before;
  }

  grow(nowMs: number): void {
    this.#growsSince = nowMs;
  }

  /** By its traffic. */
  isEjected(): boolean {
    return (this.cell.flags & ejected) !== 0;
  }

  /** Whether time alone may change something about it. */
  isRestless(): boolean {
    return this.#growsSince !== undefined || this.isEjected();
  }

  countCheck(result: ProbeResult): void {
    this.lastCheck = result;
    if (!result.isGood) this.checksFailed++;
  }

  /** Why it went up or down, for people. */
  reason(change: 'up' | 'down' | 'back'): string {
    if (change === 'back') return 'it works again';
    const { health } = this.#agent;
    if (change === 'down' && health !== undefined && health !== 'up') return `its agent says ${health}`;
    return this.lastCheck
      ? `${this.lastCheck.status}: ${this.lastCheck.reason}`
      : 'it is not checked any more';
  }

  /** Puts it in or out of account: for how long it has been out. */
  countDown(isOut: boolean, nowMs: number): void {
    if (isOut) this.#downSince ??= nowMs;
    else if (this.#downSince !== undefined) {
      this.#downMs += nowMs - this.#downSince;
      this.#downSince = undefined;
    }
  }

  downMs(nowMs: number): number {
    return this.#downMs + (this.#downSince === undefined ? 0 : nowMs - this.#downSince);
  }

  /** Under the lock. Returns whether anything is different for requests. */
  writeHealth(health: HealthState): boolean {
    return writeHealth(this.cell, health);
  }

  /** Writes what follows for requests. Returns whether anything is different for them. */
  write(settings: Backend, nowMs: number): boolean {
    const weight = this.#weight(settings, nowMs);
    const state = this.#state();
    const flags =
      (state === 'ready' || state === 'drain' ? admits : 0) |
      (state === 'ready' && weight > 0 ? serves : 0) |
      (this.#isCalled ? called : 0) |
      (this.isUp() ? 0 : down);
    const { words } = this.cell;
    const sixteenths = weight > 0 ? Math.max(1, Math.round(weight * weightScale)) : 0;
    const limit = this.#agent.maxconn ?? this.server.maxconn ?? settings.maxconn ?? unlimited;
    const isOtherWeight = Atomics.exchange(words, serverWord.weight, sixteenths) !== sixteenths;
    const isOtherLimit = Atomics.exchange(words, serverWord.limit, limit) !== limit;
    return setFlags(this.cell, wordFlags, flags) || isOtherWeight || isOtherLimit;
  }

  /** It is in the model no more: nobody gets a slot of it. */
  shut(): void {
    this.isShut = true;
    Atomics.store(this.cell.words, serverWord.flags, 0);
  }

  #weight(settings: Backend, nowMs: number): number {
    const weight = (this.server.weight * (this.#agent.weightPercent ?? 100)) / 100;
    if (this.#growsSince === undefined) return weight;
    const sinceMs = nowMs - this.#growsSince;
    if (sinceMs >= (settings.slowstartMs ?? 0)) this.#growsSince = undefined;
    return slowstartWeight(weight, sinceMs, settings.slowstartMs);
  }

  // An agent can only take away: what an operator has taken out stays out.
  #state(): Server['state'] {
    const { state } = this.server;
    if (state !== 'ready') return state;
    const { admin } = this.#agent;
    return admin === 'drain' || admin === 'maint' ? admin : state;
  }
}

// Sees how servers of one backend change, whoever changed them, and tells: events for people, losses for workers, growth for newcomers.

import type { EngineEvent } from '../../../engine.ts';
import type { BackendView } from '../backend-view.ts';
import { backendWord, serverFlag, serverNumber, serverWord } from '../records.ts';
import { nextLost } from '../server-books.ts';
import { setFlags } from '../server-health.ts';
import type { ControlTools } from './control-tools.ts';
import type { ControlledServer } from './controlled-server.ts';
import { ejectionReasons } from './health-control.ts';
import { isSilent } from './silence.ts';

type Change = Extract<EngineEvent, { type: 'server' }>['change'];

export class ServerWatch {
  readonly #view: BackendView;
  readonly #tools: ControlTools;

  readonly #eject: (server: ControlledServer) => void;

  /** `eject` takes a server out that is silent. */
  constructor(view: BackendView, tools: ControlTools, eject: (server: ControlledServer) => void) {
    this.#view = view;
    this.#tools = tools;
    this.#eject = eject;
  }

  admit(server: ControlledServer, comesLate: boolean, nowMs: number): void {
    server.wasUsable = !comesLate;
    if (comesLate) this.#grow(server, nowMs);
  }

  /** Compares with the last look. */
  look(server: ControlledServer, nowMs: number): void {
    const [isUp, isEjected, isUsable] = [server.isUp(), server.isEjected(), server.cell.isUsable()];
    if (isUp !== server.wasUp) this.#changed(server, isUp ? 'up' : 'down');
    if (isEjected !== server.wasEjected) this.#changed(server, isEjected ? 'ejected' : 'back');
    if (server.wasUp && !isUp) this.tellLost(server, 'down');
    if (isUsable && !server.wasUsable) this.#grow(server, nowMs);
    server.countDown(!isUp || isEjected, nowMs);
    [server.wasUp, server.wasEjected, server.wasUsable] = [isUp, isEjected, isUsable];
    if (server.cell.flags & serverFlag.doubted) this.#doubt(server);
  }

  tellLost({ cell }: ControlledServer, why: 'down' | 'over'): void {
    const told = Atomics.load(cell.words, serverWord.lost);
    Atomics.store(cell.words, serverWord.lost, nextLost(told, why));
    Atomics.add(this.#view.words, backendWord.lost, 1);
    const { bells } = this.#tools;
    Atomics.add(bells.words, bells.lostAt, 1);
    bells.ringAllWorkers();
  }

  #changed(server: ControlledServer, change: Change): void {
    server.changedAt = this.#tools.clock.now();
    if (change === 'down' || change === 'ejected') server.timesDown++;
    const reason = change === 'ejected' ? ejectionReasons[server.health.ejected] : server.reason(change);
    const { name: backend } = this.#view;
    this.#tools.emit({ type: 'server', backend, server: server.server.id, change, reason });
  }

  #grow(server: ControlledServer, nowMs: number): void {
    // Backups grow from when they are called in, if at all: see backups.ts.
    if (server.server.role === 'primary' && this.#view.settings.slowstartMs) server.grow(nowMs);
  }

  /** It stays doubted, and is not asked again, until this is over. */
  #doubt(server: ControlledServer): void {
    if (server.isDoubted) return;
    server.isDoubted = true;
    void this.#findOut(server).finally(() => {
      server.isDoubted = false;
      if (!server.isShut) setFlags(server.cell, serverFlag.doubted, 0);
    });
  }

  async #findOut(server: ControlledServer): Promise<void> {
    const { address, port } = server.server;
    const { pools, probe } = this.#tools;
    const heard = () => pools.servers.sumsOf(server.cell.slot)[serverNumber.heard] as number;
    const timeoutMs = this.#view.settings.timeouts.connectMs;
    const isLost = await isSilent({ address, port, timeoutMs }, heard, probe);
    if (!isLost || server.isShut) return;
    this.tellLost(server, 'down');
    this.#eject(server);
  }
}

// What an engine tells that the owner of a Service should hear of, as an event of the Service.

import type { EngineEvent } from '../../lb/engine.ts';
import type { LbModel, Server } from '../../lb/model.ts';

export interface Telling {
  /** Of the Service. */
  readonly key: string;
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

export class EngineEvents {
  /** Backends whose owners know that nobody is left. */
  readonly #abandoned = new Set<string>();

  /** Undefined for what is told elsewhere, or is no news to anybody. `model` is in force. */
  tellingOf(event: EngineEvent, model: LbModel | undefined): Telling | undefined {
    if (!('backend' in event)) return undefined;
    const servers = model?.backends.find(({ name }) => name === event.backend)?.servers ?? [];
    const telling = this.#about(event, servers);
    // Backends are called after Services and their ports.
    return telling && { key: event.backend.slice(0, event.backend.lastIndexOf(':')), ...telling };
  }

  #about(
    event: EngineEvent & { backend: string },
    servers: readonly Server[],
  ): Omit<Telling, 'key'> | undefined {
    switch (event.type) {
      case 'sorry':
        return this.#sorry(event.backend, event.due, servers);
      case 'backups': {
        const message = `backups that serve: ${event.active}, wanted: ${event.wanted} (${event.reason})`;
        return { type: 'Normal', reason: 'BackupsChanged', message };
      }
      case 'server': {
        if (event.change === 'up' || event.change === 'back') return undefined;
        const name = servers.find(({ id }) => id === event.server)?.name ?? event.server;
        return { type: 'Warning', reason: 'ServerOut', message: `${name} gets no requests: ${event.reason}` };
      }
      default:
        return undefined;
    }
  }

  /** A Service that has no servers yet is no news: it was made a moment ago, or scaled to nothing. */
  #sorry(backend: string, due: boolean, servers: readonly Server[]): Omit<Telling, 'key'> | undefined {
    if (due && servers.length > 0) {
      this.#abandoned.add(backend);
      const message = `no server of ${servers.length} is usable: users see the sorry page`;
      return { type: 'Warning', reason: 'NoServers', message };
    }
    if (due || !this.#abandoned.delete(backend)) return undefined;
    return { type: 'Normal', reason: 'Serving', message: 'a server is usable again' };
  }
}

// Whom of a model HAProxy means: it says names of its own. What is told of one server must not cost a look at a thousand.

import type { Backend, LbModel, Server } from '../model.ts';
import { proxyName, serverName, twinName } from './names.ts';

export class ModelIndex {
  readonly #backends: ReadonlyMap<string, Backend>;
  /** By backend, then by entry; made when somebody asks. */
  readonly #servers = new Map<Backend, ReadonlyMap<string, Server>>();

  constructor({ backends }: Pick<LbModel, 'backends'>) {
    this.#backends = new Map(backends.map((backend) => [proxyName(backend.name), backend]));
  }

  /** By the model's own name. */
  named(name: string): Backend | undefined {
    return this.#backends.get(proxyName(name));
  }

  backend(proxy: string): Backend | undefined {
    return this.#backends.get(proxy);
  }

  /** Under its own name, and as a backup under that of its twin. */
  server(backend: Backend, entry: string): Server | undefined {
    const known = this.#servers.get(backend) ?? byEntry(backend);
    this.#servers.set(backend, known);
    return known.get(entry);
  }
}

function byEntry({ servers }: Backend): Map<string, Server> {
  const backups = servers.filter(({ role }) => role === 'backup');
  return new Map([
    ...backups.map((server): [string, Server] => [twinName(server), server]),
    ...servers.map((server): [string, Server] => [serverName(server), server]),
  ]);
}

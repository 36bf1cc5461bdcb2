// The connections of one user: those that wait are used again, the one that served last first.

import { Connection, type ConnectionOwner } from './connection.ts';
import type { ClientTls } from './open-socket.ts';
import type { Origin } from './origin.ts';

export interface PoolOptions {
  readonly tls: ClientTls;
  readonly mostOfBody: number;
  readonly refuses: ConnectionOwner['refuses'];
}

export class ConnectionPool implements ConnectionOwner {
  readonly tls: ClientTls;
  readonly mostOfBody: number;
  readonly refuses: ConnectionOwner['refuses'];
  readonly sessions = new Map<string, Buffer>();
  readonly #all = new Set<Connection>();
  readonly #idle: Connection[] = [];

  constructor({ tls, mostOfBody, refuses }: PoolOptions) {
    this.tls = tls;
    this.mostOfBody = mostOfBody;
    this.refuses = refuses;
  }

  /** One that waits; undefined: there is none to this origin. `now`: machineTime(). */
  take({ key }: Origin, now: number): Connection | undefined {
    const idle = this.#idle;
    for (let index = idle.length - 1; index >= 0; index--) {
      const connection = idle[index];
      if (connection?.origin.key !== key) continue;
      // As Java's clients do: a request that cannot be repeated would be lost on it.
      if (connection.keptUntil <= now) {
        connection.close();
        continue;
      }
      if (index === idle.length - 1) idle.pop();
      else idle.splice(index, 1);
      return connection;
    }
    return undefined;
  }

  /** A new one, which nothing has been done with. */
  add(origin: Origin): Connection {
    const connection = new Connection(origin, this);
    this.#all.add(connection);
    return connection;
  }

  idle(connection: Connection): void {
    this.#idle.push(connection);
  }

  gone(connection: Connection): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  /** What is in flight is cut. TLS begins anew, too. */
  clear(): void {
    for (const connection of [...this.#all]) connection.close();
    this.sessions.clear();
  }

  /** What is in flight is left alone. */
  clearIdle(): void {
    for (const connection of [...this.#idle]) connection.close();
    this.sessions.clear();
  }
}

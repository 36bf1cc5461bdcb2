// Many watches, each on a connection of its own, that count the events they get together.

import { Connection } from './connections.ts';
import type { Endpoint } from './endpoint.ts';

const lineFeed = 10;

export class Watchers {
  readonly #connections: readonly Connection[];
  #missing = 0;
  #reached: (at: number) => void = () => {};

  private constructor(connections: readonly Connection[]) {
    this.#connections = connections;
  }

  /** Resolves when all of them were accepted. The path has the query of a watch, without bookmarks: every line counts as an event. */
  static async open(endpoint: Endpoint, path: string, count: number): Promise<Watchers> {
    const connections = Array.from({ length: count }, () => new Connection(endpoint));
    const watchers = new Watchers(connections);
    const opened = connections.map((connection) =>
      connection.open({ method: 'GET', path }, (chunk) => watchers.#count(chunk)),
    );
    const refused = (await Promise.all(opened)).find((status) => status !== 200);
    if (refused !== undefined) throw new Error(`GET ${path} was answered with ${refused}`);
    return watchers;
  }

  /** Resolves with the time (of performance.now()) at which every watcher has got `each` events from now on. One wait at a time. */
  received(each: number): Promise<number> {
    this.#missing = each * this.#connections.length;
    return new Promise((resolve) => {
      this.#reached = resolve;
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  /** Events are not parsed: what a watcher does with them is not the server's time. */
  #count(chunk: Buffer): void {
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, at + 1)) this.#missing--;
    if (this.#missing <= 0) this.#reached(performance.now());
  }
}

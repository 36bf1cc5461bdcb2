// The maps of a running process: brought from what it has to what is wanted, entry by entry, without a moment in which one is missing.

import type { MapEntries } from './config/configuration.ts';
import { argument, type RuntimeApi } from './runtime-api.ts';

export class LiveMaps {
  readonly #api: RuntimeApi;
  /** Those that no rule of the process uses: it has never heard of them. */
  readonly #unused = new Set<string>();
  #maps: ReadonlyMap<string, MapEntries>;

  /** `maps` are those that it was started with, by the name of their file. */
  constructor(api: RuntimeApi, maps: ReadonlyMap<string, MapEntries>) {
    this.#api = api;
    this.#maps = maps;
  }

  /** A map that no rule of the process uses is unknown to it, and left alone. */
  async sync(wanted: ReadonlyMap<string, MapEntries>): Promise<void> {
    if (wanted === this.#maps) return;
    const used = [...wanted].filter(([name]) => !this.#unused.has(name));
    const orders = used.flatMap(([name, entries]) =>
      mapCommands(name, this.#maps.get(name), entries).map((command) => this.#order(name, command)),
    );
    this.#maps = wanted;
    await Promise.all(orders);
  }

  async #order(name: string, command: string): Promise<void> {
    const answer = await this.#api.order(command, /unknown map/i);
    if (answer !== '') this.#unused.add(name);
  }
}

export function mapCommands(name: string, before: MapEntries = new Map(), wanted: MapEntries): string[] {
  const set = [...wanted].flatMap(([key, value]) => {
    const old = before.get(key);
    if (old === value) return [];
    return old === undefined
      ? [`add map ${name} ${argument(key)} ${argument(value)}`]
      : [`set map ${name} ${argument(key)} ${argument(value)}`];
  });
  const gone = [...before.keys()].filter((key) => !wanted.has(key));
  return [...set, ...gone.map((key) => `del map ${name} ${argument(key)}`)];
}

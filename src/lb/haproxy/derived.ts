// What is made of a setting, remembered as long as nothing that it is made of differs: the whole configuration is not made and digested for
// each of a hundred changes a second that touch nothing but servers.

import { deepEqual } from '../../base/deep-equal.ts';
import type { Backend } from '../model.ts';
import { type MapEntries, mapsOf, type Setting, structureOf } from './config/configuration.ts';
import { shapeOf } from './entries.ts';

export class Derived<T> {
  readonly #basisOf: (setting: Setting) => unknown;
  readonly #make: (setting: Setting) => T;
  #last: { readonly basis: unknown; readonly value: T } | undefined;

  /** Settings of the same basis (a JSON value) have the same value. */
  constructor(basisOf: (setting: Setting) => unknown, make: (setting: Setting) => T) {
    this.#basisOf = basisOf;
    this.#make = make;
  }

  of(setting: Setting): T {
    const basis = this.#basisOf(setting);
    const isSame = this.#last !== undefined && deepEqual(basis, this.#last.basis);
    this.#last = { basis, value: isSame && this.#last ? this.#last.value : this.#make(setting) };
    return this.#last.value;
  }
}

/** As structureOf(), which looks at servers only where their order or their weights are for life. */
export function derivedStructure(): Derived<string> {
  return new Derived(
    (setting) => basisOf(setting, ({ balance, check }) => balance === 'first' || check?.agent !== undefined),
    structureOf,
  );
}

/** As mapsOf(), which looks at servers only where users are kept, or there is a log. */
export function derivedMaps(): Derived<ReadonlyMap<string, MapEntries>> {
  return new Derived(
    (setting) => basisOf(setting, ({ persistence }) => isLogged(setting) || persistence !== undefined),
    mapsOf,
  );
}

function isLogged({ logDescriptor }: Setting): boolean {
  return logDescriptor !== undefined;
}

function basisOf({ model, binds, entries, ...rest }: Setting, looksAtServers: (backend: Backend) => boolean) {
  const { backends, certificates: _, ...others } = model;
  const lists = backends.filter(looksAtServers).map(({ name }) => entries.get(name));
  return { rest, others, shapes: backends.map(shapeOf), binds: [...binds], lists };
}

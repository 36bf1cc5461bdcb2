// Which names a definition gets. Within a group every resource name and every kind belongs to one definition: who came first keeps it,
// and who wants it too is told so. The rules and texts are those of Kubernetes' naming controller.

import type { V1CustomResourceDefinitionNames as Names } from '../../api/generated/types.ts';

/** What others in the group already have. */
export interface ClaimedNames {
  /** Plurals, singulars and short names: all that may stand where a resource is named. */
  resources: Set<string>;
  /** Kinds and list kinds. */
  kinds: Set<string>;
}

interface Conflict {
  reason: string;
  message: string;
}

export interface Naming {
  accepted: Names;
  /** The last of the names that somebody else has; undefined when all were accepted. */
  conflict: Conflict | undefined;
}

export function claimNames(claimed: ClaimedNames, names: Partial<Names>): void {
  const { plural, singular, shortNames = [], kind, listKind } = names;
  for (const name of [plural, singular, ...shortNames]) if (name) claimed.resources.add(name);
  for (const name of [kind, listKind]) if (name) claimed.kinds.add(name);
}

/**
 * The names that a definition gets of those it wants: each that nobody else has; for one that is taken it keeps what it had before.
 * @param had what was accepted before; empty for a new definition.
 */
export function acceptNames(wanted: Names, had: Partial<Names>, others: ClaimedNames): Naming {
  const decision = new NamingDecision(had);
  const { plural, singular, kind, listKind, shortNames } = wanted;
  decision.take('plural', plural, others.resources, 'PluralConflict');
  decision.take('singular', singular, others.resources, 'SingularConflict');
  decision.takeShortNames(shortNames, others.resources);
  decision.take('kind', kind, others.kinds, 'KindConflict');
  decision.take('listKind', listKind, others.kinds, 'ListKindConflict');
  return decision.done(wanted.categories);
}

class NamingDecision {
  readonly #accepted: Partial<Names>;
  #conflict: Conflict | undefined;

  constructor(had: Partial<Names>) {
    this.#accepted = { ...had };
  }

  take(
    field: 'plural' | 'singular' | 'kind' | 'listKind',
    name: string | undefined,
    taken: ReadonlySet<string>,
    reason: string,
  ): void {
    if (name === this.#accepted[field]) return;
    if (name !== undefined && taken.has(name)) this.#conflict = { reason, message: inUse(name) };
    else if (name !== undefined) this.#accepted[field] = name;
  }

  takeShortNames(names: string[] = [], taken: ReadonlySet<string>): void {
    const had = this.#accepted.shortNames ?? [];
    const refused = names.filter((name) => !had.includes(name) && taken.has(name)).map(inUse);
    if (refused.length > 0) {
      const message = refused.length === 1 ? (refused[0] as string) : `[${refused.join(', ')}]`;
      this.#conflict = { reason: 'ShortNamesConflict', message };
    } else if (names.length > 0) this.#accepted.shortNames = names;
    else delete this.#accepted.shortNames;
  }

  done(categories: string[] | undefined): Naming {
    const { categories: _, ...accepted } = this.#accepted;
    // Kubernetes' schema requires both, also while nothing is accepted.
    const named = { ...accepted, plural: accepted.plural ?? '', kind: accepted.kind ?? '' };
    return { accepted: categories ? { ...named, categories } : named, conflict: this.#conflict };
  }
}

function inUse(name: string): string {
  return `${JSON.stringify(name)} is already in use`;
}

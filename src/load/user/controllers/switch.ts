// Switch controller: the one of its steps that a value names.

import type { CompiledTemplate } from '../../values/compile-template.ts';
import { type Children, walkNode } from './children.ts';
import { type Controller, evaluated, type Walk, type Walker } from './walk.ts';

export class SwitchController implements Controller {
  readonly kind = 'controller';
  readonly #children: Children;
  readonly #names: readonly CompiledTemplate[];
  readonly #value: CompiledTemplate;

  /** `names`: of its steps, in their order. */
  constructor(children: Children, names: readonly CompiledTemplate[], value: CompiledTemplate) {
    this.#children = children;
    this.#names = names;
    this.#value = value;
  }

  *walk(walker: Walker): Walk {
    yield* this.#children.begin(walker);
    const value = (yield* evaluated(this.#value, walker)).trim();
    const names: string[] = [];
    for (const name of this.#names) names.push(yield* evaluated(name, walker));
    const chosen = this.#children.nodes[placeOf(value, names)];
    if (chosen) yield* walkNode(chosen, walker);
  }
}

/** Of a step; -1: none of them. */
function placeOf(value: string, names: readonly string[]): number {
  if (/^\d*$/.test(value)) return Number(value) < names.length ? Number(value) : 0;
  const named = names.indexOf(value);
  return named >= 0 ? named : names.findLastIndex((name) => name.toLowerCase() === 'default');
}

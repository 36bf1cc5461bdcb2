// What loops have in common: where an interruption ends, and the number of the passage as a variable.

import type { Children } from './children.ts';
import { breath, Interruption, type Walk, type Walker } from './walk.ts';

/** One passage of a loop; false: it was broken off. */
export function* loopPassage(
  children: Children,
  walker: Walker,
  { name, index, isFirst }: { name: string; index: number; isFirst: boolean },
): Walk<boolean> {
  tellIndex(walker, name, index);
  const before = walker.leaves;
  try {
    yield* children.pass(walker, isFirst);
  } catch (error) {
    if (error === Interruption.loopBreak) return false;
    if (error !== Interruption.loop) throw error;
  }
  if (walker.leaves === before) yield breath();
  return true;
}

/** `__jm__NAME__idx`, from 0: JMeter's. */
export function tellIndex({ context }: Walker, name: string, index: number): void {
  context.variables.set(`__jm__${name}__idx`, String(index));
}

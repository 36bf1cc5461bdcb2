// Which of a plan's variables are valid, as JMeter has it: those of one table do not see each other, and of two with one name the first is.

import type { PlanVariable } from './template.ts';

/** In their order; each name stands in a table once. Of two tables the later one is valid. */
export function variableTables(variables: readonly PlanVariable[]): PlanVariable[][] {
  const tables = Map.groupBy(variables.entries(), ([at, { table }]) => table ?? at);
  return [...tables.values()].map((table) => {
    const byName = Map.groupBy(table, ([, { name }]) => name);
    return [...byName.values()].flatMap(([first]) => first?.[1] ?? []);
  });
}

// What of a plan's texts is known before it runs: its variables, and properties with their defaults. Everything else stays as it is written.

import type { Plan } from './plan.ts';
import type { Template } from './template.ts';
import { variableTables } from './variable-tables.ts';

const property = /\$\{__(?:P|property)\(([^,)]*)(?:,([^)]*))?\)\}/g;
const variable = /\$\{([^}_][^}]*)\}/g;

export function knownValues({ variables, properties }: Plan): (template: Template) => string {
  const ofProperties = (text: string) =>
    text.replace(property, (whole, name: string, other?: string) => properties[name] ?? other ?? whole);
  const known = new Map(
    variableTables(variables)
      .flat()
      .map(({ name, value }) => [name, ofProperties(value)]),
  );
  return (template) => ofProperties(template.replace(variable, (whole, name) => known.get(name) ?? whole));
}

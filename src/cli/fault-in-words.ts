// A fault in plain words: what it does, what it needs, how it is written.

import type { Schema } from '../api/schema.ts';
import type { Language } from '../base/language.ts';
import type { Fault } from '../drill/fault/fault.ts';
import { needOf } from './fault-needs.ts';
import { rowsText } from './headed-rows.ts';
import type { DrillWords } from './messages/drills/en.ts';

/** Text for people, of several lines. */
export function faultInWords(fault: Fault, words: DrillWords, language: Language): string {
  const { heads } = words;
  const parameters = parametersOf(fault.parameters, words);
  const rows = rowsText([
    [heads.needs, [words.needs[needOf(fault.name)]]],
    [heads.lasts, [fault.lasts ? words.lasts() : words.isOver()]],
    [heads.parameters, parameters.length === 0 ? [words.noParameters()] : parameters],
    [heads.example, exampleOf(fault)],
  ]);
  return [fault.name, fault.summary[language], rows].join('\n\n');
}

/** One line for each. */
export function faultsInWords(faults: Iterable<Fault>, words: DrillWords, language: Language): string {
  const rows = [...faults].map(({ name, summary }) => [`  ${name}`, [summary[language]]] as const);
  return [words.faults(), rowsText(rows), words.faultsListed()].join('\n\n');
}

function parametersOf({ properties = {}, required = [] }: Schema, words: DrillWords): string[] {
  const width = Math.max(0, ...Object.keys(properties).map((name) => name.length));
  return Object.entries(properties).map(([name, { description = '', default: usual, enum: choices }]) => {
    const values = choices ? [choices.join(' | ')] : [];
    const known = usual === undefined ? [] : [words.usual(String(usual))];
    const must = required.includes(name) ? [words.needed()] : [];
    return [name.padEnd(width), '', description, ...values, ...must, ...known].join(' ');
  });
}

function exampleOf({ name, lasts, parameters: { required = [] } }: Fault): string[] {
  const parameters = required.map((field) => `${field}: …`).join(', ');
  return [
    'faults:',
    `  - fault: ${name}`,
    '    at: 0s',
    ...(lasts ? ['    for: 10s'] : []),
    ...(parameters === '' ? [] : [`    with: { ${parameters} }`]),
  ];
}

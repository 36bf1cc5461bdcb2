// Numbers of a plan: templates that are left alone, or constants that are checked while the line is known.

import type { Template } from '../plan/template.ts';
import type { Settings } from './settings.ts';

interface NumberRules {
  /** For a property that is missing or empty. */
  readonly empty: string;
  readonly least?: number;
  readonly isWhole?: boolean;
}

/** What an impossible one becomes, once its fault has been noted. */
const placeholder = '0';

/** A fault names the element and the property. */
export function numberOf(settings: Settings, name: string, rules: NumberRules): Template {
  const text = settings.text(name).trim();
  if (text === '') return rules.empty;
  if (isTemplate(text)) return text;
  const { least = Number.NEGATIVE_INFINITY, isWhole = true } = rules;
  const number = Number(text);
  const fault = numberFault(text, number, least, isWhole);
  if (fault === undefined) return text;
  const { findings, element } = settings;
  findings.fault(
    settings.property(name)?.line ?? element.line,
    `${element.path}: ${name} is "${text}", ${fault}`,
  );
  return placeholder;
}

/** Longer ones are no numbers, and would keep the pattern busy. */
const mostDigits = 40;

function numberFault(text: string, number: number, least: number, isWhole: boolean): string | undefined {
  if (
    text.length > mostDigits ||
    !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ||
    !Number.isFinite(number)
  )
    return 'not a number';
  if (isWhole && !Number.isSafeInteger(number)) return 'not a whole number';
  return number < least ? `less than ${least}` : undefined;
}

export function isTemplate(text: string): boolean {
  return text.includes('${');
}

/** The constant, or undefined where it depends on a template. */
export function constantOf(template: Template): number | undefined {
  return isTemplate(template) ? undefined : Number(template);
}

/** JMeter's seconds are whole numbers: three zeros after a template's text make them milliseconds. */
export function secondsToMs(seconds: Template): Template {
  return isTemplate(seconds) ? `${seconds}000` : String(Number(seconds) * 1000);
}

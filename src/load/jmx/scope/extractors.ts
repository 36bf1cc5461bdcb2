// Post-processors that take values out of answers.

import type { Extractor, Field } from '../../plan/http-step.ts';
import type { Template } from '../../plan/template.ts';
import { numberOf } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import type { Settings } from '../settings.ts';
import type { TestElement } from '../tree/test-element.ts';
import type { Level } from './level.ts';
import { readScope } from './where-to-look.ts';

const readers: Readonly<Record<string, (settings: Settings) => Extractor[]>> = {
  RegexExtractor: regexExtractor,
  BoundaryExtractor: boundaryExtractor,
  JSONPostProcessor: jsonExtractors,
};

/** False: it is none of them. */
export function readExtractor(element: TestElement, level: Level, reading: Reading): boolean {
  if (!Object.hasOwn(readers, element.className)) return false;
  const settings = reading.settings(element);
  level.extractors.push(...(readers[element.className]?.(settings) ?? []));
  settings.refuseRest();
  return true;
}

/** Values of "Field to check"; the first two are left from when there was only a choice between body and headers. */
const fields: Readonly<Record<string, Field>> = {
  '': 'body',
  false: 'body',
  true: 'response-headers',
  unescaped: 'body-unescaped',
  request_headers: 'request-headers',
  URL: 'url',
  code: 'code',
  message: 'message',
};

type Kind = 'RegexExtractor' | 'BoundaryExtractor';

/** What the two have in common; undefined: they look at what is not supported. */
function commonOf(settings: Settings, kind: Kind) {
  const { scope, variable } = readScope(settings, 'Sample.scope');
  const where = settings.text(`${kind}.useHeaders`);
  const field = variable ?? (Object.hasOwn(fields, where) ? fields[where] : undefined);
  const given = settings.text(`${kind}.default`);
  const isEmptyDefault = settings.flag(`${kind}.default_empty_value`);
  const common = {
    variable: settings.text(`${kind}.refname`).trim(),
    match: numberOf(settings, `${kind}.match_number`, { empty: '0' }),
    ...(given !== '' || isEmptyDefault ? { default: given } : {}),
    scope,
  };
  if (field !== undefined) return { ...common, field };
  settings.refuse(
    `${kind}.useHeaders`,
    where === 'as_document' ? 'the document as text' : `the field "${where}"`,
  );
  return undefined;
}

function regexExtractor(settings: Settings): Extractor[] {
  const pattern = settings.text('RegexExtractor.regex');
  const template = settings.text('RegexExtractor.template');
  const common = commonOf(settings, 'RegexExtractor');
  return common === undefined ? [] : [{ type: 'regex', pattern, template, ...common }];
}

function boundaryExtractor(settings: Settings): Extractor[] {
  const left = settings.text('BoundaryExtractor.lboundary');
  const right = settings.text('BoundaryExtractor.rboundary');
  const common = commonOf(settings, 'BoundaryExtractor');
  return common === undefined ? [] : [{ type: 'boundary', left, right, ...common }];
}

/** One element may fill several variables: their names, paths, match numbers and defaults are lists with semicolons. */
function jsonExtractors(settings: Settings): Extractor[] {
  const { findings, element } = settings;
  const { scope, variable: source } = readScope(settings, 'Sample.scope');
  const joined = settings.flag('JSONPostProcessor.compute_concat');
  const names = parts(settings.text('JSONPostProcessor.referenceNames'));
  const paths = parts(settings.text('JSONPostProcessor.jsonPathExprs'));
  const matches = parts(settings.text('JSONPostProcessor.match_numbers'));
  const defaults = parts(settings.text('JSONPostProcessor.defaultValues'));
  if (names.length !== paths.length) {
    findings.fault(
      element.line,
      `${element.path}: ${names.length} names of variables, but ${paths.length} JSONPaths`,
    );
  }
  if (source !== undefined) {
    settings.refuse('Sample.scope', 'to look at a variable');
    return [];
  }
  const extractors = names.map((name, index) => ({
    type: 'json' as const,
    variable: name.trim(),
    path: (paths[index] ?? '').trim(),
    match: matchNumber(settings, matches[index] ?? ''),
    default: defaults[index] ?? '',
    joined,
    scope,
  }));
  return extractors.filter(({ variable }) => variable !== '');
}

function parts(list: string): string[] {
  return list.split(';');
}

function matchNumber({ findings, element }: Settings, text: string): Template {
  const match = text.trim();
  if (match === '' || match.includes('${')) return match === '' ? '0' : match;
  if (/^[+-]?\d{1,9}$/.test(match)) return match;
  findings.fault(element.line, `${element.path}: the match number "${match}" is not a whole number`);
  return '0';
}

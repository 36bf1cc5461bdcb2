// Drills as JUnit XML: a suite for each, a case for each expectation and probe, so that any CI shows them. For programs: in English.

import type { Told } from '../told.ts';
import type { DrillResult, ExpectationOutcome, ProbeOutcome, RunEvidence } from '../verdict/evidence.ts';

interface Case {
  readonly name: string;
  /** `broken` is a failure, `undecided` an error: nobody knows. */
  readonly result: 'met' | 'broken' | 'undecided';
  readonly text: string;
}

/** A whole document. */
export function junitOf(results: readonly DrillResult[]): string {
  const suites = results.map(suiteOf).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="relevo drill">\n${suites}</testsuites>\n`;
}

function suiteOf(result: DrillResult): string {
  const { scenario, runs, startedAt, durationMs, verdict, reasons } = result;
  const cases = [verdictCase(verdict, reasons), ...runs.flatMap((run) => casesOf(run, runs.length))];
  const count = (what: Case['result']) => cases.filter(({ result: one }) => one === what).length;
  const seconds = (durationMs / 1_000).toFixed(3);
  const attributes = [
    `name=${quoted(scenario.name)} tests="${cases.length}" failures="${count('broken')}"`,
    `errors="${count('undecided')}" time="${seconds}" timestamp="${new Date(startedAt).toISOString()}"`,
  ].join(' ');
  const lines = cases.map((one) => caseLine(one, scenario.name)).join('');
  return `<testsuite ${attributes}>\n${lines}</testsuite>\n`;
}

function verdictCase(verdict: DrillResult['verdict'], reasons: readonly Told[]): Case {
  const result = ({ pass: 'met', fail: 'broken', inconclusive: 'undecided' } as const)[verdict];
  return { name: 'verdict', result, text: [verdict, ...reasons.map(({ en }) => en)].join('\n') };
}

function casesOf({ outcomes, probes, index }: RunEvidence, of: number): Case[] {
  const run = of > 1 ? `run ${index + 1}: ` : '';
  return [...outcomes.map(expectationCase), ...probes.map(probeCase)].map((one) => ({
    ...one,
    name: run + one.name,
  }));
}

function expectationCase({ expectation, result, measured, why }: ExpectationOutcome): Case {
  const { measure, limit, during } = expectation;
  const found =
    measured?.value === undefined ? 'not measured' : `measured ${measured.value} ${measured.unit}`;
  const text = `${found}, limit ${limit.text}${why === undefined ? '' : `: ${why.en}`}`;
  return { name: `${measure} ${limit.text} (${during})`, result, text };
}

function probeCase({ name, ok, good, bad, saw }: ProbeOutcome): Case {
  const result = good + bad === 0 ? 'undecided' : ok ? 'met' : 'broken';
  return { name: `probe ${name}`, result, text: `${bad} of ${good + bad} were bad: ${saw?.en ?? ''}` };
}

function caseLine({ name, result, text }: Case, suite: string): string {
  const head = `<testcase name=${quoted(name)} classname=${quoted(suite)}`;
  if (result === 'met') return `${head}/>\n`;
  const kind = result === 'broken' ? 'failure' : 'error';
  const [first = ''] = text.split('\n');
  return `${head}><${kind} message=${quoted(first)}>${escaped(text)}</${kind}></testcase>\n`;
}

function quoted(text: string): string {
  return `"${escaped(text).replaceAll('\n', '&#10;')}"`;
}

const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** What XML 1.0 cannot hold is left out (its section 2.2). */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[[\p{Cc}\ufffe\uffff]--[\t\n\r]]/gv, '')
    .replace(/[&<>"]/g, (character) => names[character] as string);
}

// What the texts of a plan ask for that is not carried out: functions, scripts, conditions, patterns, JSONPaths. Found before a run.

import { conditionProblem, functionProblems } from '../values/function-problems.ts';
import { jsonPathOf } from '../values/json-path/compiled-json-path.ts';
import { patternOf } from '../values/regex/compiled-pattern.ts';
import type { Assertion, Extractor, HttpStep } from './http-step.ts';
import type { ControllerStep, DebugStep, Group, Plan, Step } from './plan.ts';

export interface TemplateFault {
  /** `HttpStep.at`, or names from the group on. */
  readonly where: string;
  readonly text: string;
}

/** The same is told once for each place. */
export function templateFaults(plan: Plan): TemplateFault[] {
  const { groups, variables, dataFiles, cookieJars } = plan;
  const faults = [
    ...faultsAt(plan.name, textsIn({ variables, dataFiles, cookieJars })),
    ...groups.flatMap((group) => groupFaults(group, plan.dialect)),
  ];
  return [...new Map(faults.map((fault) => [`${fault.where}\n${fault.text}`, fault])).values()];
}

function groupFaults(group: Group, dialect: Plan['dialect']): TemplateFault[] {
  const { steps, ...own } = group;
  return [
    ...faultsAt(group.name, textsIn(own)),
    ...steps.flatMap((step) => stepFaults(step, group.name, dialect)),
  ];
}

function stepFaults(step: Step, around: string, dialect: Plan['dialect']): TemplateFault[] {
  if (step.type === 'http' || step.type === 'debug')
    return [...faultsAt(step.at, textsIn(step)), ...patternFaults(step)];
  const where = `${around} > ${step.name}`;
  if (!('steps' in step)) return faultsAt(where, textsIn(step));
  const { steps, ...own } = step;
  const condition = conditionOf(step, dialect);
  const problem = condition === undefined ? undefined : conditionProblem(condition);
  return [
    ...faultsAt(where, textsIn(own)),
    ...(problem === undefined ? [] : [{ where, text: problem }]),
    ...steps.flatMap((one) => stepFaults(one, where, dialect)),
  ];
}

/** One that is evaluated by us. JMeter's While looks only for `false`. */
function conditionOf(step: ControllerStep, dialect: Plan['dialect']): string | undefined {
  if (step.type === 'if') return step.isExpression ? undefined : step.condition;
  return step.type === 'while' && dialect === 'yaml' ? step.condition : undefined;
}

/** Only those that are the same for all samples can be looked at. */
function patternFaults({ at, assertions, extractors }: HttpStep | DebugStep): TemplateFault[] {
  const texts = [...assertions.flatMap(patternsOf), ...extractors.flatMap(patternOfExtractor)];
  return texts.flatMap(({ kind, text }) => {
    if (text.includes('${')) return [];
    const fault = faultOf(() => (kind === 'json' ? jsonPathOf(text) : patternOf(text)));
    if (fault === undefined) return [];
    return [{ where: at, text: kind === 'json' ? fault : `the pattern ${text}: ${fault} is not supported` }];
  });
}

interface Pattern {
  readonly kind: 'json' | 'regex';
  readonly text: string;
}

function patternsOf(assertion: Assertion): Pattern[] {
  if (assertion.type === 'json') {
    const { path, expected, isRegex } = assertion;
    const regex: Pattern[] = isRegex && expected !== undefined ? [{ kind: 'regex', text: expected }] : [];
    return [{ kind: 'json', text: path }, ...regex];
  }
  const isRegex = assertion.type === 'response' && ['contains', 'matches'].includes(assertion.test);
  return isRegex ? assertion.patterns.map((text) => ({ kind: 'regex', text })) : [];
}

function patternOfExtractor(extractor: Extractor): Pattern[] {
  if (extractor.type === 'json') return [{ kind: 'json', text: extractor.path }];
  return extractor.type === 'regex' ? [{ kind: 'regex', text: extractor.pattern }] : [];
}

function faultOf(compile: () => unknown): string | undefined {
  try {
    compile();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function faultsAt(where: string, texts: readonly string[]): TemplateFault[] {
  return texts.flatMap((text) => functionProblems(text).map((problem) => ({ where, text: problem })));
}

/** Of plain data, at any depth. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.includes('${') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

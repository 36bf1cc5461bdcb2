// The steps of a YAML plan, each checked against the schema of its kind and turned into what users carry out.

import { durationMs, share } from '../../../api/measures.ts';
import { applySchemaDefaults } from '../../../api/schema/default-values.ts';
import { validateStructure } from '../../../api/schema/structural.ts';
import { findUnknownFields } from '../../../api/schema/unknown-fields.ts';
import type { LineOf } from '../../../api/schema/yaml-file.ts';
import type { ControllerStep, Step } from '../plan.ts';
import { type Around, httpStep, type RequestStep } from './request.ts';
import { type MethodKey, methods, stepSchemas } from './step-schema.ts';

type Written = Record<string, unknown>;

export class StepReader {
  readonly faults: string[] = [];
  readonly #lineOf: LineOf;
  readonly #around: Around;
  #ids = 0;

  constructor(lineOf: LineOf, around: Around) {
    this.#lineOf = lineOf;
    this.#around = around;
  }

  /** `field` is where the list stands: `groups[0].steps`. Faults are gathered, and steps that have some left out. */
  steps(written: readonly unknown[], field: string): Step[] {
    return written.flatMap((one, index) => this.#step(one as Written, `${field}[${index}]`) ?? []);
  }

  #step(step: Written, field: string): Step | undefined {
    const kinds = Object.keys(stepSchemas).filter((key) => Object.hasOwn(step, key));
    // `json`, `body` and the like are no kinds; `name: …, steps: …` alone is a mistake as well.
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      this.#fault(
        field,
        kinds.length > 1
          ? `a step is one thing, not ${kinds.join(' and ')}`
          : `a step has one of ${Object.keys(stepSchemas).join(', ')}`,
      );
      return undefined;
    }
    return this.#isWrong(kind, step, field) ? undefined : this.#read(kind, step, field);
  }

  #isWrong(kind: string, step: Written, field: string): boolean {
    const schema = stepSchemas[kind] ?? {};
    const before = this.faults.length;
    for (const fault of findUnknownFields(schema, step)) {
      const inner = /"(.*)"$/.exec(fault)?.[1] ?? '';
      this.#fault(`${field}.${inner}`, `unknown field "${inner}"`);
    }
    applySchemaDefaults(schema, step);
    for (const { field: inner, message } of validateStructure(schema, step)) {
      this.#fault(`${field}.${inner}`, message.startsWith(inner) ? message : `${inner}: ${message}`);
    }
    return this.faults.length > before;
  }

  #read(kind: string, step: Written, field: string): Step {
    const at = this.#lineOf(field);
    const method = methods.find((one) => one === kind);
    if (method) return this.#request(method, step, field, at);
    const name = typeof step.name === 'string' ? step.name : kind;
    if (kind === 'pause') return { type: 'pause', name, ms: String(durationMs(String(step.pause))) };
    if (kind === 'debug')
      return {
        ...{ type: 'debug', name, at, shows: ['variables'], timers: [], extractors: [], assertions: [] },
      };
    if (kind === 'stop') return { type: 'stop', name, what: step.stop as 'user' };
    return this.#controller(kind, name, step, this.steps(step.steps as unknown[], `${field}.steps`));
  }

  #request(method: MethodKey, step: Written, field: string, at: string): Step {
    const path = String(step[method]);
    const { form, query, body, json, files } = step as RequestStep;
    const bodies = [form, body, json].filter((one) => one !== undefined);
    if (bodies.length > 1) this.#fault(field, 'a request has one of form, body and json');
    if ((body !== undefined || json !== undefined) && files)
      this.#fault(field, 'files go with form, not with body or json');
    const whole = query && (bodies.length > 0 || files) ? withQuery(path, query) : path;
    const rest = whole === path ? step : { ...step, query: undefined };
    return httpStep(method, whole, rest as RequestStep, at, this.#around);
  }

  #controller(kind: string, name: string, step: Written, steps: readonly Step[]): ControllerStep {
    switch (kind) {
      case 'loop':
        return step.loop === 'forever'
          ? { type: 'loop', name, steps }
          : { type: 'loop', name, steps, count: String(step.loop) };
      case 'if':
        return {
          type: 'if',
          name,
          steps,
          condition: String(step.if),
          isExpression: false,
          evaluateForEach: false,
        };
      case 'while':
        return { type: 'while', name, steps, condition: String(step.while) };
      case 'once':
        return { type: 'once', name, steps };
      case 'interleave':
        return { type: 'interleave', name, steps, ignoreSubControllers: true, acrossUsers: false };
      case 'random':
        return { type: 'random', name, steps, ignoreSubControllers: true };
      case 'shuffle':
        return { type: 'random-order', name, steps };
      case 'switch':
        return { type: 'switch', name, steps, value: String(step.switch) };
      case 'during':
        return { type: 'runtime', name, steps, ms: String(durationMs(String(step.during))) };
      case 'lock':
        return { type: 'critical-section', name, steps, lock: String(step.lock) };
      case 'share':
        return this.#throughput('percent', String(share(String(step.share)) * 100), true, name, steps);
      case 'times':
        return this.#throughput('total', String(step.times), step.each === true, name, steps);
      case 'forEach':
        return {
          type: 'foreach',
          name,
          steps,
          input: String(step.forEach),
          output: String(step.as ?? step.forEach),
          separator: true,
        };
      default: {
        const { parent, withThinking } = step;
        const terms = { parentSample: parent === true, includeTimers: withThinking === true };
        return { type: 'transaction', name: String(step.transaction), steps, ...terms };
      }
    }
  }

  #throughput(
    mode: 'percent' | 'total',
    value: string,
    perUser: boolean,
    name: string,
    steps: readonly Step[],
  ): ControllerStep {
    return { type: 'throughput', mode, value, perUser, id: `throughput-${++this.#ids}`, name, steps };
  }

  #fault(field: string, text: string): void {
    this.faults.push(`${this.#lineOf(field)}: ${text}`);
  }
}

function withQuery(path: string, query: Record<string, string>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encoded(value)}`);
  return `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}

/** All but `${…}`, which is put in later. */
function encoded(value: string): string {
  return value
    .split(/(\$\{[^}]*\})/)
    .map((part, at) => (at % 2 === 0 ? encodeURIComponent(part) : part))
    .join('');
}

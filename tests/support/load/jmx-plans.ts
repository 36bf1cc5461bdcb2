// The plans of tests/support/load/jmx, written as JMeter saves them, and plans made in a test.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type JmxOptions, type JmxPlan, readJmx } from '../../../src/load/jmx/read-jmx.ts';
import type { HttpStep } from '../../../src/load/plan/http-step.ts';
import { requestsIn } from '../../../src/load/plan/requests-in.ts';

const folder = fileURLToPath(new URL('./jmx/', import.meta.url));

export function jmxText(name: string): string {
  return readFileSync(`${folder}${name}`, 'utf8');
}

/** Includes are read from the same folder. */
export function readSavedJmx(name: string): JmxPlan {
  return readJmx(jmxText(name), `${folder}${name}`, { readFile: jmxText });
}

/** One thread group with these elements below it, in JMeter's XML. */
export function groupOf(...elements: readonly string[]): string {
  const group = `<ThreadGroup testname="Group"><stringProp name="ThreadGroup.num_threads">1</stringProp></ThreadGroup>`;
  return planOf(group, hashTree(elements));
}

/** A test plan with these nodes below it: elements, each followed by its hashTree. */
export function planOf(...nodes: readonly string[]): string {
  const plan = `<TestPlan testname="Plan"/><hashTree>\n${nodes.join('\n')}\n</hashTree>`;
  return `<jmeterTestPlan version="1.2" jmeter="5.6.3"><hashTree>${plan}</hashTree></jmeterTestPlan>`;
}

export function hashTree(elements: readonly string[]): string {
  return `<hashTree>\n${elements.join('\n')}\n</hashTree>`;
}

/** `properties` are written as strings. */
export function jmxElement(className: string, name: string, properties: Record<string, string> = {}): string {
  const inner = Object.entries(properties).map(
    ([key, value]) => `<stringProp name="${key}">${escaped(value)}</stringProp>`,
  );
  return `<${className} testname="${escaped(name)}">${inner.join('')}</${className}>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

export function readText(text: string, options?: JmxOptions): JmxPlan {
  return readJmx(text, '/plans/plan.jmx', options);
}

/** All requests of the groups, in order, those in controllers too. */
export function requestsOf({ plan }: JmxPlan): HttpStep[] {
  return plan.groups.flatMap(({ steps }) => requestsIn(steps));
}

/** The only one of that name. */
export function requestNamed(read: JmxPlan, name: string): HttpStep {
  const [request, ...others] = requestsOf(read).filter((step) => step.name === name);
  if (request === undefined || others.length > 0) throw new Error(`there is not exactly one request ${name}`);
  return request;
}

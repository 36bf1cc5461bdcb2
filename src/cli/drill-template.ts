// The file that `relevo drill new` writes: a whole drill, with a comment for each part, to be changed.

import { applySchemaDefaults } from '../api/schema/default-values.ts';
import type { Language } from '../base/language.ts';
import type { Fault } from '../drill/fault/fault.ts';
import { lastsWith } from '../drill/fault/lasts.ts';
import type { DrillWords } from './messages/drills/en.ts';

export interface TemplateOptions {
  readonly language: Language;
  readonly service: string;
  readonly namespace: string;
  readonly fault: Fault;
}

/** Of faults that cannot do without parameters. */
const beginnings: Readonly<Record<string, string>> = {
  'node-slow': 'latency: 100ms',
  surge: 'rate: 100/s',
  command: 'do: ["true"], prove: ["true"]',
};

/** YAML that readScenario() takes; comments are in the language of the words. */
export function drillTemplate(
  { service, namespace, fault, language }: TemplateOptions,
  { template }: DrillWords,
): string {
  const { head, title, application, target, load, steady, calm, faults, recover, probes, probe } = template;
  const { expect, availability, trafficRto, capacityRto, safety, random } = template;
  return `${head.map((line) => `# ${line}\n`).join('')}title: { ${title} }

# ${application}
# application: [app.yml]

# ${target}
target: { service: ${service}, namespace: ${namespace} }

# ${load}
load: { rate: 50/s, path: / }

# ${steady}
steady: { errors: "<1%", p99: "<500ms", for: 3s, within: 60s }

# ${calm}
calm: 5s

# ${faults}
faults:
${stepOf(fault, language)}
# ${recover}
recover: 60s

# ${probes}
probes:
  - { name: ${probe}, when: end, http: { path: /, status: ["200"] } }

# ${expect}
expect:
  availability: ">=99%"   # ${availability}
  trafficRto: "<=5s"      # ${trafficRto}
  capacityRto: "<=30s"    # ${capacityRto}

# ${safety}
safety: { bad: 50%, for: 30s, within: 10m }

# ${random}
# random: { seed: 7 }
`;
}

function stepOf({ name, parameters, summary, ...fault }: Fault, language: Language): string {
  const begun = beginnings[name];
  const lasts = lastsWith(fault, defaultsOf(parameters));
  const step = `fault: ${name}, at: 0s${lasts ? ', for: 10s' : ''}${begun === undefined ? '' : `, with: { ${begun} }`}`;
  return `  # ${summary[language]}\n  - { ${step} }\n`;
}

function defaultsOf(parameters: Fault['parameters']): Record<string, unknown> {
  const value = {};
  applySchemaDefaults(parameters, value);
  return value;
}

// Reads a plan that JMeter saved (2.13 to 5.x) into Relevo's. What is not supported is listed by name and place, never dropped in silence.

import { dirname, resolve } from 'node:path';
import type { Group, Plan } from '../plan/plan.ts';
import { isThreadGroup, readThreadGroup } from './groups/thread-group.ts';
import { Reading } from './reading.ts';
import { isStep } from './steps/read-steps.ts';
import { parseJmx, type TestElement } from './tree/test-element.ts';
import type { Unsupported, View } from './unsupported.ts';
import { readVariables } from './variables.ts';

export interface JmxOptions {
  /** What `${__P(name)}` gives. */
  readonly properties?: Readonly<Record<string, string>>;
  /** The text of a file that an Include Controller names, as it is written there. Undefined, or none given: it cannot be read. */
  readonly readFile?: (path: string) => string | undefined;
}

export interface JmxPlan {
  readonly plan: Plan;
  /** What of it is not carried out: a run without these is not the run that was meant. */
  readonly unsupported: readonly Unsupported[];
  /** Carried out, but not quite as JMeter does. */
  readonly adapted: readonly Unsupported[];
  /** Listeners, and where we show what they show. */
  readonly views: readonly View[];
}

/** `file` is the path of the plan: faults begin with it, and files that the plan names relatively lie beside it. Throws PlanError, and nothing else. */
export function readJmx(text: string, file: string, options: JmxOptions = {}): JmxPlan {
  const testPlan = parseJmx(text, file);
  const { properties = {} } = options;
  const include = (path: string) => includedPlan(path, options);
  const reading = new Reading({ file, testPlan, properties, include });
  const plan = planOf(testPlan, reading, dirname(resolve(file)));
  const { findings } = reading;
  if (findings.hasFaults) throw findings.error();
  const { unsupported, adapted, views } = findings;
  return { plan, unsupported, adapted, views };
}

function includedPlan(path: string, { readFile }: JmxOptions): TestElement | undefined {
  const text = readFile?.(path);
  return text === undefined ? undefined : parseJmx(text, path);
}

function planOf(testPlan: TestElement, reading: Reading, folder: string): Plan {
  const settings = reading.settings(testPlan);
  // It makes listeners keep whole answers.
  settings.ignore('TestPlan.functional_mode', 'TestPlan.user_defined_variables');
  settings.refuse('TestPlan.user_define_classpath', 'Java libraries');
  const oneAfterTheOther = settings.flag('TestPlan.serialize_threadgroups');
  const tearDownAfterStop = settings.flag('TestPlan.tearDown_on_shutdown');
  settings.refuseRest();
  const variables = readVariables(testPlan, reading);
  const groups = groupsOf(testPlan, reading);
  return {
    name: testPlan.name,
    dialect: 'jmeter',
    folder,
    variables: [...variables, ...reading.includedVariables],
    properties: reading.properties,
    groups,
    dataFiles: reading.dataFiles,
    cookieJars: reading.cookieJars,
    caches: reading.caches,
    oneAfterTheOther,
    tearDownAfterStop,
    thresholds: [],
  };
}

function groupsOf({ children }: TestElement, reading: Reading): Group[] {
  const planLevel = children.filter((child) => !isThreadGroup(child) && !isStep(child));
  const groups = children.filter((child) => child.isEnabled && isThreadGroup(child));
  return groups.flatMap((group) => readThreadGroup(group, planLevel, reading) ?? []);
}

// A plan as workers get it: what is the same for all users has been evaluated once.

import path from 'node:path';
import type { ClosedLoad, DataFile, Group, Plan } from '../plan/plan.ts';
import { variableTables } from '../plan/variable-tables.ts';
import { jmeterVariables } from '../user/group/jmeter-variables.ts';
import { compileTemplate } from '../values/compile-template.ts';
import type { ValueContext } from '../values/value-context.ts';
import { DataRows } from './data-rows.ts';
import { LocalShared } from './local-shared.ts';

/** Rejects in one line when a data file cannot be read, has no rows, or is no CSV. */
export async function evaluatedPlan(plan: Plan): Promise<Plan> {
  const given = new Map(jmeterVariables(new Date()));
  const context = contextOf(plan, new Map(given));
  const value = async (text: string) => compileTemplate(text).evaluate(context);
  for (const table of variableTables(plan.variables)) {
    const values = new Map<string, string>();
    for (const { name, value: text } of table) values.set(name, await value(text));
    for (const [name, text] of values) context.variables.set(name, text);
  }
  // Functions in them may have set others.
  const variables = [...context.variables]
    .filter(([name, text]) => given.get(name) !== text)
    .map(([name, text]) => ({ name, value: text }));
  const groups = await Promise.all(plan.groups.map((group) => evaluatedGroup(group, value)));
  const dataFiles = await Promise.all(plan.dataFiles.map((file) => evaluatedFile(file, plan.folder, value)));
  return { ...plan, properties: Object.fromEntries(context.properties), variables, groups, dataFiles };
}

/** Who a plan belongs to before it has users. */
function contextOf(plan: Plan, variables: Map<string, string>): ValueContext {
  return {
    ...{ variables, properties: new Map(Object.entries(plan.properties)) },
    ...{ shared: new LocalShared({ dataFiles: [], folder: plan.folder }), random: Math.random },
    ...{ user: '', userNumber: 0, group: '', iteration: 0, label: '', planName: plan.name },
    ...{ folder: plan.folder, own: new Map() },
  };
}

type Evaluate = (text: string) => Promise<string>;

async function evaluatedGroup(group: Group, value: Evaluate): Promise<Group> {
  if (group.load.model === 'open') return group;
  const { users, rampUpMs, loops, durationMs, delayMs } = group.load;
  const load: ClosedLoad = {
    ...{ model: 'closed', users: await value(users) },
    ...{ rampUpMs: await value(rampUpMs), delayMs: await value(delayMs) },
    ...(loops === undefined ? {} : { loops: await value(loops) }),
    ...(durationMs === undefined ? {} : { durationMs: await value(durationMs) }),
  };
  return { ...group, load };
}

async function evaluatedFile(data: DataFile, folder: string, value: Evaluate): Promise<DataFile> {
  const file = path.resolve(folder, await value(data.file));
  const isNamed = data.variables.length > 0;
  // All of it is read now: broken quotes in the middle would end the run in its middle.
  const rows = new DataRows(file, { ...data, hasHeader: isNamed && data.skipFirstLine, atEnd: 'stop' });
  const variables = isNamed ? data.variables : rows.names();
  if (rows.next() === 'end') throw new Error(`the data file ${file} has no rows`);
  return { ...data, file, variables, skipFirstLine: data.skipFirstLine || !isNamed };
}

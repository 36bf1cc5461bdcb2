// A plan as workers get it: what is the same for all users has been evaluated once.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ClosedLoad, DataFile, Group, Plan } from '../plan/plan.ts';
import type { NameValue } from '../plan/template.ts';
import { compileTemplate } from '../values/compile-template.ts';
import type { ValueContext } from '../values/value-context.ts';
import { DataRows } from './data-rows.ts';
import { LocalShared } from './local-shared.ts';

/** Rejects in one line when a data file cannot be read, has no rows, or is no CSV. */
export async function evaluatedPlan(plan: Plan): Promise<Plan> {
  const context = contextOf(plan);
  const value = async (text: string) => compileTemplate(text).evaluate(context);
  const variables: NameValue[] = [];
  for (const { name, value: text } of plan.variables) {
    const given = await value(text);
    context.variables.set(name, given);
    variables.push({ name, value: given });
  }
  const groups = await Promise.all(plan.groups.map((group) => evaluatedGroup(group, value)));
  const dataFiles = await Promise.all(plan.dataFiles.map((file) => evaluatedFile(file, plan.folder, value)));
  return { ...plan, properties: Object.fromEntries(context.properties), variables, groups, dataFiles };
}

/** Who a plan belongs to before it has users. */
function contextOf(plan: Plan): ValueContext {
  return {
    ...{ variables: new Map(), properties: new Map(Object.entries(plan.properties)) },
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
  const named =
    data.variables.length > 0 ? data : { ...data, variables: headerOf(file, data), skipFirstLine: true };
  checkRows(file, named);
  return { ...named, file };
}

/** All of it, now: broken quotes in the middle would end the run in its middle. */
function checkRows(file: string, data: DataFile): void {
  const rows = new DataRows(file, { ...data, hasHeader: data.skipFirstLine });
  if (rows.next() === 'end') throw new Error(`the data file ${file} has no rows`);
}

function headerOf(file: string, { encoding, delimiter, quoted }: DataFile): string[] {
  let text: string;
  try {
    text = new TextDecoder(encoding || 'utf-8').decode(readFileSync(file));
  } catch (cause) {
    throw new Error(`the data file ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  const [line = ''] = text.split(/\r?\n/, 1);
  const names = line.split(delimiter).map((name) => name.trim());
  return quoted ? names.map((name) => name.replace(/^"(.*)"$/, '$1')) : names;
}

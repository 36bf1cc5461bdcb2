// What no plan may be, whichever form it was written in: found before anything is started.

import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { parseThreshold } from '../results/thresholds.ts';
import type { Group, Plan } from './plan.ts';
import { templateFaults } from './template-faults.ts';

/** One line for each fault; empty: it can be run. Templates are looked at only where they are plain text. */
export function checkPlan(plan: Plan): string[] {
  return [
    ...(plan.groups.length === 0 ? ['the plan has no group of users'] : []),
    ...plan.groups.flatMap(groupFaults),
    ...plan.dataFiles.flatMap(({ file }) => fileFaults(file, plan.folder)),
    ...plan.thresholds.flatMap(thresholdFaults),
    // JMeter's plans may be run without what is not supported; their reader lists it.
    ...(plan.dialect === 'jmeter' ? [] : templateFaults(plan).map(({ where, text }) => `${where}: ${text}`)),
  ];
}

function groupFaults({ name, load, steps }: Group): string[] {
  const about = (fault: string) => `the group "${name}" ${fault}`;
  if (steps.length === 0) return [about('does nothing: it has no steps')];
  if (load.model === 'open') {
    if (load.stages.every(({ durationMs }) => durationMs === 0)) return [about('lasts 0 seconds')];
    return load.stages.some(({ fromRate, toRate }) => fromRate > 0 || toRate > 0)
      ? []
      : [about('has the rate 0')];
  }
  const { users, loops, durationMs, rampUpMs, delayMs } = load;
  return [
    ...atLeast(1, users, about('has no users: at least 1')),
    ...(loops === undefined || Number(loops) < 0 ? [] : atLeast(1, loops, about('does nothing: 0 loops'))),
    ...(durationMs === undefined ? [] : atLeast(1, durationMs, about('lasts 0 seconds'))),
    ...atLeast(0, rampUpMs, about('has a ramp-up below 0')),
    ...atLeast(0, delayMs, about('has a delay below 0')),
    ...(durationMs !== undefined && Number(rampUpMs) > Number(durationMs)
      ? [about('ends before all its users have started: its ramp-up is longer than its duration')]
      : []),
  ];
}

function atLeast(least: number, template: string, fault: string): string[] {
  const isPlain = !template.includes('${');
  return isPlain && !(Number(template) >= least) ? [fault] : [];
}

function fileFaults(file: string, folder: string): string[] {
  if (file.includes('${')) return [];
  const whole = path.resolve(folder, file);
  try {
    accessSync(whole, constants.R_OK);
    return [];
  } catch {
    return [`the data file ${whole} cannot be read`];
  }
}

function thresholdFaults(text: string): string[] {
  try {
    parseThreshold(text);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

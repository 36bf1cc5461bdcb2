// Thread groups: how many users, from when to when, and what an error does.

import type { ClosedLoad, Group, OpenLoad } from '../../plan/plan.ts';
import { constantOf, isTemplate, numberOf, secondsToMs } from '../numbers.ts';
import type { Reading } from '../reading.ts';
import { levelOf } from '../scope/read-level.ts';
import { nothingAround, within } from '../scope/surroundings.ts';
import type { Settings } from '../settings.ts';
import { isStep, readSteps } from '../steps/read-steps.ts';
import type { TestElement } from '../tree/test-element.ts';
import { readOpenModel } from './open-model.ts';

const kinds: Readonly<Record<string, Group['kind']>> = {
  ThreadGroup: 'main',
  SetupThreadGroup: 'setUp',
  PostThreadGroup: 'tearDown',
  OpenModelThreadGroup: 'main',
};

/** Plug-ins' thread groups too, which are not supported. */
export function isThreadGroup({ className }: TestElement): boolean {
  return className.endsWith('ThreadGroup');
}

/** `planLevel`: what stands beside the groups; JMeter puts it at the end of each of them. Undefined: unsupported. */
export function readThreadGroup(
  element: TestElement,
  planLevel: readonly TestElement[],
  reading: Reading,
): Group | undefined {
  const kind = Object.hasOwn(kinds, element.className) ? kinds[element.className] : undefined;
  if (kind === undefined) {
    reading.findings.unsupportedElement(element);
    return undefined;
  }
  const settings = reading.settings(element);
  const load =
    element.className === 'OpenModelThreadGroup' ? readOpenModel(settings) : closedLoad(settings, reading);
  const onError = onErrorOf(settings);
  const sameUser = settings.flag('ThreadGroup.same_user_on_next_iteration', true);
  settings.refuseRest();
  if (load === undefined) return undefined;
  return { name: element.name, kind, load, onError, sameUser, ...contentsOf(element, planLevel, reading) };
}

function contentsOf(element: TestElement, planLevel: readonly TestElement[], reading: Reading) {
  const inForce = element.children.filter((child) => !isStep(child));
  const level = levelOf([...inForce, ...planLevel], reading);
  const { iterated } = level;
  // What is set before every sampler of the group is the group's own.
  const around = { ...within(nothingAround, level), userParameters: [] };
  const steps = readSteps(element.children, { around, iterated, reading, depth: 0 });
  return {
    dataFiles: iterated.dataFiles,
    counters: iterated.counters,
    userParameters: [...iterated.userParameters, ...level.userParameters],
    steps,
  };
}

const onErrors: Readonly<Record<string, Group['onError']>> = {
  '': 'continue',
  continue: 'continue',
  startnextloop: 'next-iteration',
  stopthread: 'stop-user',
  stoptest: 'stop-test',
  stoptestnow: 'stop-test-now',
};

function onErrorOf(settings: Settings): Group['onError'] {
  const text = settings.textNow('ThreadGroup.on_sample_error')?.trim() ?? 'an expression';
  const onError = Object.hasOwn(onErrors, text) ? onErrors[text] : undefined;
  if (onError === undefined)
    settings.refuse('ThreadGroup.on_sample_error', `the action after an error, "${text}"`);
  return onError ?? 'continue';
}

function closedLoad(settings: Settings, reading: Reading): ClosedLoad | OpenLoad | undefined {
  const users = numberOf(settings, 'ThreadGroup.num_threads', { empty: '0', least: 0 });
  const rampUp = numberOf(settings, 'ThreadGroup.ramp_time', { empty: '0', least: 0, isWhole: false });
  // Users are made when they start anyway.
  settings.ignore('ThreadGroup.delayedStart');
  const loops = loopsOf(settings, reading);
  return {
    model: 'closed',
    users,
    rampUpMs: secondsToMs(rampUp),
    ...(loops === undefined ? {} : { loops }),
    ...scheduleOf(settings),
  };
}

/** Undefined: for ever. */
function loopsOf(settings: Settings, reading: Reading) {
  const controller = settings.inner('ThreadGroup.main_controller');
  if (controller === undefined) return '1';
  const { className } = controller.element;
  if (className !== 'LoopController' && className !== 'GenericController') {
    reading.findings.unsupportedAt(settings.element, `the main controller ${className}`);
  }
  const isEndless = controller.flag('LoopController.continue_forever');
  const loops = numberOf(controller, 'LoopController.loops', { empty: '0', least: -1 });
  controller.refuseRest();
  return isEndless || constantOf(loops) === -1 ? undefined : loops;
}

function scheduleOf(settings: Settings): Pick<ClosedLoad, 'delayMs' | 'durationMs'> {
  const delay = numberOf(settings, 'ThreadGroup.delay', { empty: '0', least: 0 });
  const duration = numberOf(settings, 'ThreadGroup.duration', { empty: '0', least: 0 });
  // Without the scheduler they are leftovers; times of the day are of JMeter 2.13 to 4, and count only without a delay or a duration.
  settings.ignore('ThreadGroup.start_time', 'ThreadGroup.end_time');
  if (!settings.flag('ThreadGroup.scheduler')) return { delayMs: '0' };
  const delayMs = secondsToMs(delay);
  if (isTemplate(duration) || Number(duration) > 0) return { delayMs, durationMs: secondsToMs(duration) };
  endsByTheClock(settings, settings.has('ThreadGroup.end_time'));
  return { delayMs };
}

function endsByTheClock({ findings, element }: Settings, hasEndTime: boolean): void {
  if (hasEndTime) findings.unsupportedAt(element, 'an end by the clock (ThreadGroup.end_time)');
  else findings.fault(element.line, `${element.path}: the scheduler is on, but it has no duration`);
}

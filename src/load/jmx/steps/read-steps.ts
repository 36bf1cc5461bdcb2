// The samplers and controllers below an element, in their order, each with what is in force for it.

import type { ControllerStep, Step } from '../../plan/plan.ts';
import type { Reading } from '../reading.ts';
import type { Iterated } from '../scope/level.ts';
import { levelOf } from '../scope/read-level.ts';
import { type Surroundings, within } from '../scope/surroundings.ts';
import type { TestElement } from '../tree/test-element.ts';
import { type ControllerKind, controllers } from './controllers.ts';
import { readDebugSampler } from './debug-sampler.ts';
import { readFlowAction } from './flow-action.ts';
import { httpSamplers, readHttpRequest } from './http-request.ts';
import { readInclude, readModule } from './modules.ts';

/** Where steps are read: what is around them, and the nearest controller's things that move on with its iterations. */
export interface Place {
  readonly around: Surroundings;
  readonly iterated: Iterated;
  readonly reading: Reading;
  /** Controllers around it, with those of the modules that it is read in. */
  readonly depth: number;
}

/** A module that holds itself ends here. */
const deepest = 400;

type StepReader = (element: TestElement, place: Place) => Step[];

const readers: Readonly<Record<string, StepReader>> = {
  TestAction: (element, place) => readFlowAction(element, readSamplerLevel(element, place), place.reading),
  DebugSampler: (element, place) => [
    readDebugSampler(element, readSamplerLevel(element, place), place.reading),
  ],
  ModuleController: (element, place) => readElsewhere(element, place, readModule),
  IncludeController: (element, place) => readElsewhere(element, place, readInclude),
  // It runs only where a module or an include asks for it.
  TestFragmentController: () => [],
};

/** What is carried out. The rest is in force for it, or is told to be unsupported with that (scope/read-level.ts), samplers included. */
export function isStep({ className }: TestElement): boolean {
  return (
    httpSamplers.has(className) || Object.hasOwn(controllers, className) || Object.hasOwn(readers, className)
  );
}

export function readSteps(elements: readonly TestElement[], place: Place): Step[] {
  return elements
    .filter((element) => element.isEnabled && isStep(element))
    .flatMap((element) => readStep(element, place));
}

function readStep(element: TestElement, place: Place): Step[] {
  const { className } = element;
  const { reading } = place;
  reading.countStep(element);
  if (httpSamplers.has(className)) {
    return [readHttpRequest(element, readSamplerLevel(element, place), reading)];
  }
  if (Object.hasOwn(readers, className)) return readers[className]?.(element, place) ?? [];
  const settings = reading.settings(element);
  const kind = controllers[className]?.(settings, reading);
  settings.refuseRest();
  return kind === undefined ? [] : [controllerStep(element, kind, element.children, place)];
}

/** Of a sampler's own level: what moves on with iterations moves with those of the controller around it. */
function readSamplerLevel({ children }: TestElement, { around, iterated, reading }: Place): Surroundings {
  if (children.length === 0) return around;
  const level = levelOf(children, reading);
  iterated.dataFiles.push(...level.iterated.dataFiles);
  iterated.counters.push(...level.iterated.counters);
  iterated.userParameters.push(...level.iterated.userParameters);
  return within(around, level);
}

function controllerStep(
  element: TestElement,
  kind: ControllerKind,
  children: readonly TestElement[],
  place: Place,
): ControllerStep {
  const { reading, depth } = place;
  if (depth >= deepest) {
    reading.findings.fault(
      element.line,
      `${element.path}: controllers, with those of modules, are nested deeper than ${deepest}`,
    );
    throw reading.findings.error();
  }
  const level = levelOf(
    children.filter((child) => !isStep(child)),
    reading,
  );
  const around = within(place.around, level);
  const steps = readSteps(children, { around, iterated: level.iterated, reading, depth: depth + 1 });
  const { dataFiles, counters, userParameters } = level.iterated;
  return {
    name: element.name,
    ...kind,
    ...assertionsOf(kind, around),
    steps,
    ...(dataFiles.length === 0 ? {} : { dataFiles }),
    ...(counters.length === 0 ? {} : { counters }),
    ...(userParameters.length === 0 ? {} : { userParameters }),
  };
}

/** A transaction that stands for its requests is looked at as they are. */
function assertionsOf(
  kind: ControllerKind,
  { assertions }: Surroundings,
): Pick<TransactionKind, 'assertions'> {
  const isLookedAt = kind.type === 'transaction' && kind.parentSample && assertions.length > 0;
  return isLookedAt ? { assertions } : {};
}

type TransactionKind = Extract<ControllerKind, { type: 'transaction' }>;

function readElsewhere(
  element: TestElement,
  place: Place,
  find: (element: TestElement, reading: Reading) => readonly TestElement[] | undefined,
): Step[] {
  const children = find(element, place.reading)?.map(asController);
  if (children === undefined) return [];
  return [controllerStep(element, { type: 'simple' }, children, place)];
}

/** A test fragment that is asked for is a plain controller. */
function asController(element: TestElement): TestElement {
  return element.className === 'TestFragmentController'
    ? { ...element, className: 'GenericController' }
    : element;
}

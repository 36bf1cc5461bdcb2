// Reads what stands beside the samplers of one level: each element by the reader of its kind; what nobody reads is unsupported.

import type { Reading } from '../reading.ts';
import type { TestElement } from '../tree/test-element.ts';
import { readAssertion } from './assertions.ts';
import { readCounter } from './counter.ts';
import { readDataFile } from './data-file.ts';
import { readExtractor } from './extractors.ts';
import { isHttpDefaults } from './http-defaults.ts';
import { emptyLevel, type Level } from './level.ts';
import { readListener } from './listeners.ts';
import { readManager } from './managers.ts';
import { readResultAction } from './result-action.ts';
import { readTimer } from './timers.ts';
import { readRandomVariable, readUserParameters } from './user-parameters.ts';

type Reader = (element: TestElement, level: Level, reading: Reading) => void;

const ignore: Reader = () => {};

const readers: Readonly<Record<string, Reader>> = {
  // The plan's variables come from all of them, wherever they stand: variables.ts.
  Arguments: ignore,
  CSVDataSet: (element, { iterated }, reading) => iterated.dataFiles.push(...readDataFile(element, reading)),
  CounterConfig: (element, { iterated }, reading) => iterated.counters.push(...readCounter(element, reading)),
  UserParameters: readUserParameters,
  ResultAction: readResultAction,
  RandomVariableConfig: readRandomVariable,
  // Of JMeter's window: a run leaves them alone.
  HttpMirrorControl: ignore,
  ProxyControl: ignore,
  PropertyControl: ignore,
  WorkBench: ignore,
};

/** Reads those of `elements` that are neither samplers nor controllers. */
export function levelOf(elements: readonly TestElement[], reading: Reading): Level {
  const level = emptyLevel();
  for (const element of elements) {
    if (element.isEnabled) readElement(element, level, reading);
  }
  return level;
}

function readElement(element: TestElement, level: Level, reading: Reading): void {
  const isRead =
    readListener(element, reading) ||
    readConfiguration(element, level, reading) ||
    readManager(element, level, reading) ||
    readTimer(element, level, reading) ||
    readAssertion(element, level, reading) ||
    readExtractor(element, level, reading);
  if (!isRead) reading.findings.unsupportedElement(element);
}

function readConfiguration(element: TestElement, level: Level, reading: Reading): boolean {
  const { className } = element;
  if (isHttpDefaults(element)) level.defaults.push(element);
  else if (Object.hasOwn(readers, className)) readers[className]?.(element, level, reading);
  else return false;
  return true;
}

// CSV Data Set Config.

import type { DataFile } from '../../plan/plan.ts';
import type { Reading } from '../reading.ts';
import type { Settings } from '../settings.ts';
import type { TestElement } from '../tree/test-element.ts';

/** The id of the file in the plan's list; empty when no file is named, which JMeter leaves alone too. */
export function readDataFile(element: TestElement, reading: Reading): string[] {
  const settings = reading.settings(element);
  const definition = definitionOf(settings);
  settings.refuseRest();
  if (definition.file === '') {
    reading.findings.fault(element.line, `${element.path}: it names no file`);
    return [];
  }
  const { id, isNamesake } = reading.dataFile(definition);
  if (isNamesake) {
    const what = `rows of ${definition.file} are not shared with another data set that reads it differently`;
    reading.findings.adaptedAt(element, what);
  }
  return [id];
}

function definitionOf(settings: Settings): Omit<DataFile, 'id'> {
  const names = settings.text('variableNames').trim();
  const delimiter = settings.text('delimiter', ',');
  const recycle = settings.flag('recycle', true);
  const stops = settings.flag('stopThread');
  return {
    file: settings.text('filename').trim(),
    encoding: settings.text('fileEncoding').trim() || 'UTF-8',
    variables: names === '' ? [] : names.split(',').map((name) => name.trim()),
    skipFirstLine: settings.flag('ignoreFirstLine'),
    delimiter: delimiter === '' ? ',' : delimiter.replaceAll('\\t', '\t'),
    quoted: settings.flag('quotedData'),
    atEnd: endOf(recycle, stops),
    sharing: sharingOf(settings),
  };
}

function endOf(recycle: boolean, stops: boolean) {
  if (recycle) return 'recycle';
  return stops ? 'stop' : 'eof';
}

/** Keys as JMeter saves them, and the words of its window, which older versions saved. */
const sharings: Readonly<Record<string, DataFile['sharing']>> = {
  '': 'all',
  'shareMode.all': 'all',
  'All threads': 'all',
  'shareMode.group': 'group',
  'Current thread group': 'group',
  'shareMode.thread': 'user',
  'Current thread': 'user',
};

function sharingOf(settings: Settings): DataFile['sharing'] {
  const mode = settings.text('shareMode');
  if (!Object.hasOwn(sharings, mode)) settings.refuse('shareMode', `the name "${mode}" to share it by`);
  return (Object.hasOwn(sharings, mode) ? sharings[mode] : undefined) ?? 'all';
}

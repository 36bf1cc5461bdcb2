// Listeners: Relevo records everything anyway and has views of its own, so they are told as such, with the view that takes their place.

import type { Reading } from '../reading.ts';
import type { TestElement } from '../tree/test-element.ts';

const viewsByGui: Readonly<Record<string, string>> = {
  AssertionVisualizer: 'results tree',
  ComparisonVisualizer: 'results tree',
  DistributionGraphVisualizer: 'graphs',
  GraphVisualizer: 'graphs',
  RespTimeGraphVisualizer: 'graphs',
  SimpleDataWriter: 'results.jtl',
  SplineVisualizer: 'graphs',
  StatGraphVisualizer: 'graphs',
  StatVisualizer: 'aggregate table',
  SummaryReport: 'summary table',
  TableVisualizer: 'results.jtl',
  ViewResultsFullVisualizer: 'results tree',
};

const viewsByClass: Readonly<Record<string, string>> = {
  BackendListener: 'live view and results.json',
  DebugPostProcessor: 'results tree',
  MailerResultCollector: 'exit code and report',
  ResultSaver: 'results tree',
  Summariser: 'live view',
};

/** Listeners of scripts are none here: they can change what is sent. */
function isListener({ className }: TestElement): boolean {
  // Plug-ins derive theirs from JMeter's and keep the end of the name.
  return className.endsWith('ResultCollector') || Object.hasOwn(viewsByClass, className);
}

/** False: it is none. */
export function readListener(element: TestElement, { findings }: Reading): boolean {
  if (!isListener(element)) return false;
  const { className, guiClass } = element;
  findings.view(element, viewsByClass[className] ?? viewsByGui[guiClass] ?? 'graphs and results.jtl');
  return true;
}

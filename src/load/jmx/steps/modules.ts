// Module and Include Controllers: what stands elsewhere, in this file or another, is read as if it stood here.

import type { Reading } from '../reading.ts';
import { movedToLine, type TestElement } from '../tree/test-element.ts';
import { variablesBelow } from '../variables.ts';

/** What stands below the controller then; undefined: it cannot be found, which has been told. */
export function readModule(element: TestElement, reading: Reading): readonly TestElement[] | undefined {
  const settings = reading.settings(element);
  const names = settings
    .list('ModuleController.node_path')
    .flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  settings.refuseRest();
  // The first name is that of the window's root, which is in no file; the second is the plan's.
  const [, planName, ...below] = names;
  const target = planName === reading.testPlan.name ? found(reading.testPlan, below) : undefined;
  if (target === undefined) {
    reading.findings.unsupportedAt(element, `its module "${names.join(' > ')}" is not in the plan`);
    return undefined;
  }
  // It may be disabled where it stands, so that it does not run there.
  return [copyOf({ ...target, isEnabled: true })];
}

function found({ children }: TestElement, names: readonly string[]): TestElement | undefined {
  const [name, ...rest] = names;
  if (name === undefined) return undefined;
  for (const child of children) {
    if (child.name !== name) continue;
    const target = rest.length === 0 ? child : found(child, rest);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** JMeter copies too, so that counters and timers in it are not shared with those of the place it comes from. */
function copyOf(element: TestElement): TestElement {
  return { ...element, children: element.children.map(copyOf) };
}

export function readInclude(element: TestElement, reading: Reading): readonly TestElement[] | undefined {
  const settings = reading.settings(element);
  const path = settings.textNow('IncludeController.includepath')?.trim();
  settings.refuseRest();
  if (path === undefined) {
    settings.refuse('IncludeController.includepath', 'a file name with an expression');
    return undefined;
  }
  const plan = path === '' ? undefined : reading.include(path);
  if (plan === undefined) {
    reading.findings.unsupportedAt(element, `its file "${path}" cannot be read`);
    return undefined;
  }
  const fragment = plan.children.find(
    ({ className, isEnabled }) => className === 'TestFragmentController' && isEnabled,
  );
  const included = movedToLine(fragment ?? plan, element.line);
  reading.includedVariables.push(...variablesBelow(included, reading));
  return included.children;
}

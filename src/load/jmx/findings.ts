// What a reader has to say beside the plan: faults that make it useless, what is not carried out, what is carried out differently.

import { PlanError } from '../plan/plan-error.ts';
import { faultText } from './fault-text.ts';
import { guiNameOf } from './gui-names.ts';
import type { Property, TestElement } from './tree/test-element.ts';
import type { Unsupported, View } from './unsupported.ts';

type Place = Pick<TestElement, 'className' | 'guiClass' | 'path'> & { readonly line?: number };

export class Findings {
  readonly #views = new Map<string, View>();
  readonly #unsupported = new Map<string, Unsupported>();
  readonly #adapted = new Map<string, Unsupported>();
  readonly #faults = new Set<string>();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  get unsupported(): readonly Unsupported[] {
    return inOrder(this.#unsupported);
  }

  get adapted(): readonly Unsupported[] {
    return inOrder(this.#adapted);
  }

  get views(): readonly View[] {
    return inOrder(this.#views);
  }

  /** Those of the plan's own level are met once for each group, and told once. */
  view(element: TestElement, shownIn: string): void {
    const { path, line } = element;
    this.#views.set(`${line} ${path}`, { what: titleOf(element), where: path, line, shownIn });
  }

  /** An impossible value. */
  fault(line: number, text: string): void {
    this.#faults.add(`${this.#file}:${line}: ${faultText(text)}`);
  }

  get hasFaults(): boolean {
    return this.#faults.size > 0;
  }

  error(): PlanError {
    return new PlanError([...this.#faults]);
  }

  /** The element as a whole; all below it is not carried out either. */
  unsupportedElement(element: TestElement): void {
    this.unsupportedAt(element, element.children.length === 0 ? undefined : 'with all that stands below it');
  }

  /** `detail`: what of it, if not the whole element. The same is told once. */
  unsupportedAt(element: Place, detail?: string): void {
    note(this.#unsupported, element, detail);
  }

  /** Carried out, but not quite as JMeter does. */
  adaptedAt(element: Place, detail: string): void {
    note(this.#adapted, element, detail);
  }

  unsupportedProperty({ owner, name, line }: Property, meaning?: string): void {
    this.unsupportedAt({ ...owner, line }, meaning === undefined ? name : `${meaning} (${name})`);
  }
}

/** As they stand in the file. */
function inOrder<T extends Unsupported>(list: ReadonlyMap<string, T>): T[] {
  return [...list.values()].sort((first, second) => (first.line ?? 0) - (second.line ?? 0));
}

function note(list: Map<string, Unsupported>, element: Place, detail: string | undefined): void {
  const { path, line } = element;
  const name = titleOf(element);
  const what = detail === undefined ? name : `${name}: ${detail}`;
  const key = `${path}\n${what}`;
  if (!list.has(key)) list.set(key, { what, where: path, ...(line === undefined ? {} : { line }) });
}

function titleOf(element: Place): string {
  return `${guiNameOf(element)} (${element.className})`;
}

// What the readers of one file share: findings, the lists of the plan that elements add to, and ids.

import type { Cache, CookieJar, DataFile } from '../plan/plan.ts';
import type { PlanVariable } from '../plan/template.ts';
import { Findings } from './findings.ts';
import { Settings } from './settings.ts';
import type { TestElement } from './tree/test-element.ts';

const mostSteps = 100_000;

export class Reading {
  readonly findings: Findings;
  /** Of files that Include Controllers name. */
  readonly includedVariables: PlanVariable[] = [];
  readonly cookieJars: CookieJar[] = [];
  readonly caches: Cache[] = [];
  /** The plan's root, where Module Controllers look for their modules. */
  readonly testPlan: TestElement;
  readonly properties: Readonly<Record<string, string>>;
  /** The test plan of another file; undefined: it cannot be read. Throws PlanError for what is broken. */
  readonly include: (path: string) => TestElement | undefined;
  /** By all that they say. */
  readonly #dataFiles = new Map<string, DataFile>();
  /** Files that all threads share the rows of. */
  readonly #sharedFiles = new Set<string>();
  #steps = 0;
  readonly #ids = new Map<string, number>();
  readonly #known = new WeakMap<TestElement, string>();

  constructor(options: {
    file: string;
    testPlan: TestElement;
    properties: Readonly<Record<string, string>>;
    include: (path: string) => TestElement | undefined;
  }) {
    this.findings = new Findings(options.file);
    this.testPlan = options.testPlan;
    this.properties = options.properties;
    this.include = options.include;
  }

  /** Throws PlanError when modules that hold modules make a plan that nobody could run. */
  countStep(element: TestElement): void {
    this.#steps++;
    if (this.#steps <= mostSteps) return;
    this.findings.fault(
      element.line,
      `${element.path}: more than ${mostSteps} samplers and controllers, with those of its modules`,
    );
    throw this.findings.error();
  }

  settings(element: TestElement): Settings {
    return new Settings(element, this);
  }

  /** Calls `make` with a new id the first time; an element of the plan's own level is read once for each group, and stays one. */
  idOf(element: TestElement, kind: string, make: (id: string) => void): string {
    const known = this.#known.get(element);
    if (known !== undefined) return known;
    const id = this.#newId(kind);
    this.#known.set(element, id);
    make(id);
    return id;
  }

  get dataFiles(): readonly DataFile[] {
    return [...this.#dataFiles.values()];
  }

  /** JMeter shares rows by name of the file, so two elements that say the same are one. `isNamesake`: it is read otherwise too. */
  dataFile(definition: Omit<DataFile, 'id'>): { readonly id: string; readonly isNamesake: boolean } {
    const key = JSON.stringify(definition);
    const known = this.#dataFiles.get(key);
    if (known !== undefined) return { id: known.id, isNamesake: false };
    const isShared = definition.sharing === 'all';
    const isNamesake = isShared && this.#sharedFiles.has(definition.file);
    if (isShared) this.#sharedFiles.add(definition.file);
    const id = this.#newId('data');
    this.#dataFiles.set(key, { id, ...definition });
    return { id, isNamesake };
  }

  #newId(kind: string): string {
    const number = (this.#ids.get(kind) ?? 0) + 1;
    this.#ids.set(kind, number);
    return `${kind}-${number}`;
  }
}

// The properties of one element as its reader asks for them. What it never asked for, and says something, comes out as `rest`, so that
// no setting of JMeter's is dropped in silence.

import type { Findings } from './findings.ts';
import { atReadTime } from './read-time-values.ts';
import type { Property, TestElement, Value } from './tree/test-element.ts';

export interface SettingsContext {
  readonly findings: Findings;
  /** Of the command line. */
  readonly properties: Readonly<Record<string, string>>;
}

export class Settings {
  readonly #properties: ReadonlyMap<string, Property>;
  readonly #asked = new Set<string>();
  readonly #context: SettingsContext;
  readonly element: TestElement;

  constructor(element: TestElement, context: SettingsContext, properties = element.properties) {
    this.element = element;
    this.#context = context;
    this.#properties = properties;
  }

  get findings(): Findings {
    return this.#context.findings;
  }

  has(name: string): boolean {
    return this.#properties.has(name);
  }

  property(name: string): Property | undefined {
    this.#asked.add(name);
    return this.#properties.get(name);
  }

  /** `missing`: without the property; an empty one is ''. */
  text(name: string, missing = ''): string {
    const value = this.property(name)?.value;
    return value?.kind === 'text' ? value.text : missing;
  }

  /** With properties filled in; undefined: it depends on something that only a run knows. */
  textNow(name: string, missing = ''): string | undefined {
    return atReadTime(this.text(name, missing), this.#context.properties);
  }

  /** As Java reads it: all but `true` is false. One that only a run could decide is listed as unsupported. */
  flag(name: string, missing = false): boolean {
    const text = this.textNow(name, String(missing));
    if (text === undefined) this.refuse(name, 'a switch with an expression');
    return text?.trim().toLowerCase() === 'true';
  }

  list(name: string): readonly Value[] {
    const value = this.property(name)?.value;
    return value?.kind === 'list' ? value.items : [];
  }

  /** The elements of a list. */
  elements(name: string): Settings[] {
    return this.list(name).flatMap((item) => (item.kind === 'element' ? [this.#of(item.element)] : []));
  }

  inner(name: string): Settings | undefined {
    const value = this.property(name)?.value;
    return value?.kind === 'element' ? this.#of(value.element) : undefined;
  }

  /** Not asked for, on purpose: they change nothing of what is sent, waited for or checked. */
  ignore(...names: readonly string[]): void {
    for (const name of names) this.#asked.add(name);
  }

  /** Lists one as unsupported when it is set. */
  refuse(name: string, meaning: string): void {
    const property = this.property(name);
    if (property !== undefined && saysSomething(property.value)) {
      this.findings.unsupportedProperty(property, meaning);
    }
  }

  /** Lists what is set and nobody asked for. */
  refuseRest(): void {
    for (const [name, property] of this.#properties) {
      const isCommon = name.startsWith('TestElement.') || name.endsWith('.comments');
      if (isCommon || this.#asked.has(name) || !saysSomething(property.value)) continue;
      this.findings.unsupportedProperty(property);
    }
  }

  #of(element: TestElement): Settings {
    return new Settings(element, this.#context);
  }
}

function saysSomething(value: Value): boolean {
  if (value.kind === 'list') return value.items.length > 0;
  return value.kind === 'element' || !['', 'false'].includes(value.text.trim());
}

// HTTP Request Defaults: their properties fill what a sampler leaves empty, as AbstractTestElement.mergeIn does.

import type { Property, TestElement, Value } from '../tree/test-element.ts';

// A Login Config Element fills what an HTTP Request does not look at.
const guiClasses = new Set(['HttpDefaultsGui', 'UrlConfigGui', 'SimpleConfigGui', 'LoginConfigGui']);

export function isHttpDefaults({ className, guiClass }: TestElement): boolean {
  return className === 'ConfigTestElement' && guiClasses.has(guiClass);
}

/** The sampler's own first, then each of `defaults`, the nearest first. */
export function withDefaults(
  sampler: TestElement,
  defaults: readonly TestElement[],
): ReadonlyMap<string, Property> {
  if (defaults.length === 0) return sampler.properties;
  const merged = new Map(sampler.properties);
  for (const { properties } of defaults) {
    for (const [name, property] of properties) merged.set(name, mergedProperty(merged.get(name), property));
  }
  return merged;
}

function mergedProperty(own: Property | undefined, other: Property): Property {
  if (own === undefined || isEmptyString(own.value)) return other;
  const value = mergedValue(own.value, other.value);
  return value === own.value ? own : { ...own, value };
}

/** Arguments are added to, whatever their names. A switch or number is never missing. */
function mergedValue(own: Value, other: Value): Value {
  if (own.kind === 'list' && other.kind === 'list') {
    return other.items.length === 0 ? own : { kind: 'list', items: [...own.items, ...other.items] };
  }
  if (own.kind !== 'element' || other.kind !== 'element') return own;
  const properties = withDefaults(own.element, [other.element]);
  return { kind: 'element', element: { ...own.element, properties } };
}

function isEmptyString(value: Value): boolean {
  return value.kind === 'text' && value.isString && value.text === '';
}

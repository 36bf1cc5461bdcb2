// "Apply to" of assertions and extractors: main sample, those below it, both, or a variable.

import type { Field, Scope } from '../../plan/http-step.ts';
import type { Settings } from '../settings.ts';

const scopes: Readonly<Record<string, Scope>> = { '': 'main', parent: 'main', children: 'sub', all: 'all' };

export interface Place {
  readonly scope: Scope;
  /** Set when it is a variable that is looked at. */
  readonly variable?: Field;
}

/** `Assertion.scope` of assertions, `Sample.scope` of post-processors. */
export function readScope(settings: Settings, property: 'Assertion.scope' | 'Sample.scope'): Place {
  const text = settings.text(property);
  const variable = settings.text('Scope.variable');
  if (text === 'variable') return { scope: 'main', variable: { variable } };
  const scope = Object.hasOwn(scopes, text) ? scopes[text] : undefined;
  if (scope === undefined) settings.refuse(property, `to apply it to "${text}"`);
  return { scope: scope ?? 'main' };
}

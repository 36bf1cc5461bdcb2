// What templates, assertions and extractors look at, without users and without a network.

import type { HttpAnswer } from '../../../src/load/http/http-exchange.ts';
import { compileTemplate } from '../../../src/load/values/compile-template.ts';
import type { ValueContext } from '../../../src/load/values/value-context.ts';

/** `isRemote`: what worker processes share is given as promises. */
export function valueContext(
  variables: Readonly<Record<string, string>> = {},
  { isRemote = false, ...more }: Partial<ValueContext> & { isRemote?: boolean } = {},
): ValueContext {
  const counts = new Map<string, number>();
  const count = (name: string) => {
    const next = (counts.get(name) ?? 0) + 1;
    counts.set(name, next);
    return isRemote ? Promise.resolve(next) : next;
  };
  return {
    ...{ variables: new Map(Object.entries(variables)), properties: new Map([['known', 'yes']]) },
    shared: {
      ...{ count, row: () => 'end', take: () => true, due: () => 0, meet: () => Promise.resolve() },
      ...{ lock: () => {}, unlock: () => {} },
    },
    ...{ random: () => 0.5, user: 'Group 1-3', userNumber: 3, group: 'Group', iteration: 2 },
    ...{ label: 'Login', planName: 'Plan', folder: import.meta.dirname, own: new Map() },
    ...more,
  };
}

/** At once: it is an error when it is a promise. */
export function valueOfText(template: string, context: ValueContext = valueContext()): string {
  const value = compileTemplate(template).evaluate(context);
  if (typeof value !== 'string') throw new Error(`${template} is a promise`);
  return value;
}

export function answerOf(body: string, more: Partial<HttpAnswer> = {}): HttpAnswer {
  return {
    ...{ url: 'http://localhost/body', status: 200, message: 'OK', contentType: 'text/plain' },
    head: 'HTTP/1.1 200 OK\r\nX-Test: yes\r\nContent-Type: text/plain',
    body: Buffer.from(body),
    requestHead: () => 'GET /body HTTP/1.1\r\nHost: localhost\r\nAccept: all',
    ...{ startedAt: 1_000, connectMs: 1, latencyMs: 2, elapsedMs: 30, headBytes: 100 },
    ...{ bodyBytes: Buffer.byteLength(body), sentBytes: 50, isRepeated: false, loadId: 'run-0-1' },
    ...{ requests: 1, isCached: false, redirectedFrom: [], ...more },
  };
}

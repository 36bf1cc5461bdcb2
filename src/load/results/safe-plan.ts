// A plan as it may be kept beside its results: with the same structure, and without what authorizes, cookies, passwords and tokens.

import type { Plan } from '../plan/plan.ts';
import { hidden, isSecret, redacted } from '../user/sampling/redact.ts';

/** What may be a whole body or address with secrets in it. */
const texts = new Set(['body', 'path', 'url', 'name']);
const noVariables = new Map<string, string>();

export function safePlan(plan: Plan): Plan {
  return { ...(safe(plan) as Plan), folder: plan.folder };
}

function safe(value: unknown, key = ''): unknown {
  if (typeof value === 'string') return safeText(value, key);
  if (Array.isArray(value)) return value.map((one) => (key === 'cookies' ? safeCookie(one) : safe(one)));
  if (typeof value !== 'object' || value === null) return value;
  const { name, value: given } = value as { name?: unknown; value?: unknown };
  const isSecretPair = typeof name === 'string' && typeof given === 'string' && isSecret(name);
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [
      field,
      isSecretPair && field === 'value' ? withoutValue(given) : safe(inner, field),
    ]),
  );
}

function safeCookie(cookie: unknown): unknown {
  return { ...(cookie as object), value: hidden };
}

function safeText(text: string, key: string): string {
  if (isSecret(key)) return withoutValue(text);
  return texts.has(key) ? redacted(text, noVariables) : text;
}

/** `${password}` says nothing that is secret, and much about the plan. */
function withoutValue(text: string): string {
  return text === '' || /^\$\{\w+\}$/.test(text) ? text : hidden;
}

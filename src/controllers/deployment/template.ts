// When two pod templates are the same, and the hash that tells their pods apart.

import type { V1PodTemplateSpec } from '../../api/generated/types.ts';
import { deepEqual } from '../../base/deep-equal.ts';

export const templateHashLabel = 'pod-template-hash';

/** Equal but for the hash label that the controller itself adds. */
export function sameTemplate(a: V1PodTemplateSpec | undefined, b: V1PodTemplateSpec): boolean {
  return a !== undefined && deepEqual(withoutHash(a), withoutHash(b));
}

export function withHash(template: V1PodTemplateSpec, hash: string): V1PodTemplateSpec {
  const labels = { ...template.metadata?.labels, [templateHashLabel]: hash };
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Stable for equal templates; another collisionCount gives another hash. Safe in names and labels, and spells no words. */
export function templateHash(template: V1PodTemplateSpec, collisionCount: number | undefined): string {
  const text = canonical(withoutHash(template)) + (collisionCount ?? '');
  return [...String(fnv1a(text))].map((digit) => alphabet[Number(digit) * 2 + 1]).join('');
}

const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

function withoutHash(template: V1PodTemplateSpec): unknown {
  const { [templateHashLabel]: _, ...labels } = template.metadata?.labels ?? {};
  const { creationTimestamp: __, ...metadata } = template.metadata ?? {};
  return { ...template, metadata: { ...metadata, labels } };
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** 32 bits of FNV-1a over UTF-16 code units: short is enough, collisions are counted away. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

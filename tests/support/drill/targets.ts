// Targets of drills as data, for tests without a cluster.

import type { TargetPod, TargetView } from '../../../src/drill/world/world.ts';

export interface PlacedPod {
  readonly node: string;
  readonly role?: 'primary' | 'backup';
  readonly ready?: boolean;
  readonly createdAt?: number;
}

/** Names and UIDs are different ones for each `names`, as those of two runs are. */
export function podsOn(placed: readonly PlacedPod[], names = 'a'): TargetPod[] {
  return placed.map(({ node, role = 'primary', ready = true, createdAt = 0 }, index) => ({
    ...{ namespace: 'default', name: `web-${names}${hash(names, index)}`, uid: `${names}-${index}` },
    ...{ node, role, ready, createdAt, restarts: 0, address: `10.0.0.${index + 1}` },
  }));
}

export function targetOf(pods: readonly TargetPod[], more: Partial<TargetView> = {}): TargetView {
  const names = [...new Set(pods.map(({ node }) => node))];
  return {
    ...{ namespace: 'default', service: 'web', url: 'http://127.0.0.1:1', pods },
    nodes: names.map((name) => ({ name, ready: true, schedulable: true })),
    ...{ hasPolicy: true, hasBackups: false, hasSorryPage: true },
    ...more,
  };
}

/** Random enough that names do not come in the order in which pods were made. */
function hash(text: string, index: number): string {
  let value = index + 1;
  for (const character of text) value = Math.imul(value ^ character.charCodeAt(0), 0x9e3779b1);
  return (value >>> 0).toString(36);
}

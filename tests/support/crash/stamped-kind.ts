// Objects that carry one token in several places: whoever reads one can tell which write it comes from, and that it is there as a whole.

import assert from 'node:assert/strict';
import type { AnyObject } from '../../../src/api/object.ts';
import type { Draft, Resource } from '../../../src/client/resource.ts';
import { configMaps, deployments, pods } from '../../../src/client/resources.ts';

/** What a key's last write left there: a token, or null for nothing. */
export type State = string | null;

export interface StampedKind {
  readonly resource: Resource;
  /** What is there besides the token. */
  readonly frame: object;
  /** Every place that the token is in; also the body of a patch. */
  readonly stamp: (token: string) => object;
}

const labelled = (token: string) => ({ metadata: { labels: { token } } });
const container = (token: string) => ({ containers: [{ name: 'c', image: `image:${token}` }] });

/** Of many lengths, over several pages of a database. */
function filler(token: string): string {
  const [number = 0] = (/\d+$/.exec(token) ?? []).map(Number);
  return token.repeat(1 + ((number * 97) % 1_500));
}

export const stampedConfigMap: StampedKind = {
  resource: configMaps,
  frame: {},
  stamp: (token) => ({ ...labelled(token), data: { token, filler: filler(token) } }),
};

/** Without replicas, but each token is another ReplicaSet of its controller, and another status. */
export const stampedDeployment: StampedKind = {
  resource: deployments,
  frame: {
    spec: {
      ...{ replicas: 0, revisionHistoryLimit: 1, selector: { matchLabels: { app: 'a' } } },
      template: { metadata: { labels: { app: 'a' } } },
    },
  },
  stamp: (token) => ({
    ...labelled(token),
    spec: { template: { metadata: { annotations: { token } }, spec: container(token) } },
  }),
};

/** There are no nodes: the scheduler says so in its status. */
export const stampedPod: StampedKind = {
  resource: pods,
  frame: {},
  stamp: (token) => ({ ...labelled(token), spec: container(token) }),
};

export function draftOf(kind: StampedKind, name: string, token: string): Draft<AnyObject> {
  return overlaid({ metadata: { name } }, overlaid(kind.frame, kind.stamp(token)));
}

/** A copy with another token. */
export function restamped(kind: StampedKind, object: AnyObject, token: string): AnyObject {
  return overlaid(object, kind.stamp(token));
}

export function tokenIn(object: AnyObject): string {
  return object.metadata.labels?.token ?? '';
}

/** The token is in all of its places, in none only in part. */
export function assertWhole(kind: StampedKind, object: AnyObject): void {
  const stamp = kind.stamp(tokenIn(object));
  assert.deepEqual(projected(object, stamp), stamp, `${object.kind} ${object.metadata.name} is half there`);
}

// biome-ignore lint/suspicious/noExplicitAny: walks any JSON
type Tree = any;

const isTree = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `over` wins; lists are overlaid item by item. */
function overlaid(under: Tree, over: Tree): Tree {
  if (!isTree(under) || !isTree(over)) return over;
  const result: Tree = Array.isArray(under) ? [...under] : { ...under };
  for (const [key, value] of Object.entries(over)) result[key] = overlaid(result[key], value);
  return result;
}

/** Only what has a counterpart in `shape`. */
function projected(value: Tree, shape: Tree): Tree {
  if (!isTree(value) || !isTree(shape)) return value;
  const entries = Object.entries(shape).map(([key, inner]) => [key, projected((value as Tree)[key], inner)]);
  return Array.isArray(shape) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

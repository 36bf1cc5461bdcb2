// What every Kubernetes object has, and how one is named. Objects read from a store, a lister or a watch are
// shared and immutable: copy before changing.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager?: string;
  operation?: 'Apply' | 'Update';
  apiVersion?: string;
  time?: string;
  fieldsType?: 'FieldsV1';
  fieldsV1?: FieldsV1;
  subresource?: string;
}

/** A set of field paths as nested objects: `f:name`, `k:{"key":"v"}`, `v:value`, `.` (structured-merge-diff). */
export interface FieldsV1 {
  [path: string]: FieldsV1;
}

export interface ObjectMeta {
  name: string;
  namespace?: string;
  generateName?: string;
  uid: string;
  resourceVersion: string;
  generation?: number;
  creationTimestamp: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
  selfLink?: string;
}

/** Any object the API serves. Concrete kinds are in generated/types.ts. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A KubeObject whose further fields are not known here: what a generic piece of machinery handles. */
// biome-ignore lint/suspicious/noExplicitAny: the machinery walks objects of every kind by path
export type AnyObject = KubeObject & { [field: string]: any };

export interface KubeList<T = AnyObject> {
  apiVersion: string;
  kind: string;
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
  items: T[];
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

export interface WatchEvent<T = AnyObject> {
  type: WatchEventType;
  /** The object; a Status for ERROR; an object with only metadata.resourceVersion for BOOKMARK. */
  object: T;
}

export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** `group/version`, or only the version for the core group. */
export function apiVersionOf(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** Splits an apiVersion; the core group is ''. A string with more than one slash gives undefined. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } | undefined {
  const parts = apiVersion.split('/');
  if (parts.length === 1 && parts[0]) return { group: '', version: parts[0] };
  if (parts.length === 2 && parts[0] && parts[1]) return { group: parts[0], version: parts[1] };
  return undefined;
}

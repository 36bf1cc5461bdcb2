// How a kind is declared. One file per kind calls declareKind() once; the API server, discovery, tables, validation,
// defaulting and the clients all read that one declaration.

import type { FieldError } from './field-error.ts';
import { type AnyObject, apiVersionOf, type GroupVersionKind } from './object.ts';
import type { Schema } from './schema.ts';

/** A column of a server-side Table. Priority 0 is always shown, 1 only with `-o wide`. */
export interface Column<T = AnyObject> {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description?: string;
  priority?: 0 | 1;
  /** The cell. `now` is wall-clock milliseconds, for ages. */
  value(object: T, now: number): string | number | boolean | null;
}

/** JSON paths (`.spec.replicas`) of the scale subresource; the label selector is rendered as a string. */
export interface ScalePaths {
  specReplicas: string;
  statusReplicas: string;
  /** Where the label selector is; in built-in kinds a LabelSelector, in custom ones a string. */
  labelSelector?: string;
}

export interface KindOptions<T = AnyObject> {
  group: string;
  version: string;
  kind: string;
  plural: string;
  /** Default: the kind in lower case. */
  singular?: string;
  /** Default: kind + `List`. */
  listKind?: string;
  shortNames?: string[];
  categories?: string[];
  namespaced: boolean;
  /** What is wrong with a name of this kind; empty when it is fine. Default: a DNS subdomain (names.ts). */
  nameRule?(name: string): readonly string[];
  /** The full schema, or the name of a generated definition. */
  schema: string | Schema;
  /** HTTP verbs of the main resource. Default: all of create delete deletecollection get list patch update watch. Reviews have only create. */
  verbs?: readonly string[];
  subresources?: { status?: boolean; scale?: ScalePaths };
  columns?: Column<T>[];
  /** Field selectors beyond metadata.name and metadata.namespace. */
  fields?: Record<string, (object: T) => string>;
  /** Semantic defaults that a schema cannot say. Changes the object in place; runs before validation, on writes and on old stored objects. */
  defaults?(object: T): void;
  /** Sets what the server owns on creation (e.g. clears status). Runs before defaults. */
  prepareCreate?(object: T): void;
  /** Carries over or resets what a main-resource update may not touch. `old` must not be changed. Status is carried over by the machinery. */
  prepareUpdate?(object: T, old: T): void;
  /** Put on an object when it is first deleted: somebody cleans up before it goes. */
  deletionFinalizers?: readonly string[];
  validate?(object: T): FieldError[];
  validateUpdate?(object: T, old: T): FieldError[];
  /** Validation of the status subresource; default none. */
  validateStatusUpdate?(object: T, old: T): FieldError[];
  /** Texts for `Warning:` headers: deprecated, or accepted but without effect here. */
  warnings?(object: T, old?: T): string[];
  /** Generation counts changes of spec (default: when there is a spec and it is not an Event-like kind). */
  generation?: boolean;
  /** Another version of the same kind under which objects are stored; the API server converts both ways. */
  stored?: { version: string; group?: string; to(object: T): AnyObject; from(object: AnyObject): T };
  /** Sent with every answer of this version. */
  deprecation?: string;
}

/** A resolved declaration: the options with every default filled in. */
export interface Kind<T = AnyObject> extends KindOptions<T>, GroupVersionKind {
  singular: string;
  listKind: string;
  shortNames: string[];
  categories: string[];
  verbs: readonly string[];
  apiVersion: string;
  subresources: { status?: boolean; scale?: ScalePaths };
  columns: Column<T>[];
}

export const allVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
] as const;

export function declareKind<T = AnyObject>(options: KindOptions<T>): Kind<T> {
  return {
    ...options,
    singular: options.singular ?? options.kind.toLowerCase(),
    listKind: options.listKind ?? `${options.kind}List`,
    shortNames: options.shortNames ?? [],
    categories: options.categories ?? [],
    verbs: options.verbs ?? allVerbs,
    apiVersion: apiVersionOf(options.group, options.version),
    subresources: options.subresources ?? {},
    columns: options.columns ?? [],
  };
}

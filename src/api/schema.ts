// The one schema language: OpenAPI v3 as Kubernetes' structural schemas use it. Built-in kinds (generated from the
// official client, see scripts/generate-api.ts) and CustomResourceDefinitions are both described in it; validation, pruning,
// defaulting, patches and /openapi/v3 all read it.

export interface Schema {
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  /** int32, int64, double, date-time, date-time-micro, byte, int-or-string, quantity, … */
  format?: string;
  description?: string;
  /** A name in the definitions table (`io.k8s.api.core.v1.PodSpec`), without `#/…`. Only built-in schemas use it. */
  $ref?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  items?: Schema;
  default?: unknown;
  enum?: unknown[];
  nullable?: boolean;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  title?: string;
  example?: unknown;
  externalDocs?: { description?: string; url?: string };
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  /** `merge`, `replace`, `retainKeys` or a comma-joined pair: strategic merge patch. */
  'x-kubernetes-patch-strategy'?: string;
  'x-kubernetes-patch-merge-key'?: string;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
  'x-kubernetes-validations'?: { rule: string; message?: string }[];
}

/** Looks a `$ref` up. Throws when the name is unknown: a broken table is a programming error. */
export type ResolveRef = (name: string) => Schema;

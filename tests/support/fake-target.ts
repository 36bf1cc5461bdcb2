// What a request to the fake API is about: its path taken apart, the key in its store, its selectors.

import type { AnyObject } from '../../src/api/object.ts';
import { parseFieldSelector, parseLabelSelector } from '../../src/api/selectors.ts';
import type { TransportRequest } from '../../src/client/transport.ts';

export interface Target {
  group: string;
  resource: string;
  collection: string;
  namespace: string | undefined;
  name: string | undefined;
  subresource: string | undefined;
}

export function targetOf(path: string): Target {
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  const group = parts[0] === 'api' ? '' : (parts[1] ?? '');
  const rest = parts.slice(parts[0] === 'api' ? 2 : 3);
  // Namespaces themselves have these two.
  const ofNamespace = rest.length === 3 && (rest[2] === 'status' || rest[2] === 'finalize');
  const namespaced = rest[0] === 'namespaces' && rest.length > 2 && !ofNamespace;
  const [resource = '', name, subresource] = namespaced ? rest.slice(2) : rest;
  const collection = group === '' ? resource : `${group}/${resource}`;
  return { group, resource, collection, namespace: namespaced ? rest[1] : undefined, name, subresource };
}

export function keyOfTarget({ collection, namespace, name }: Target): string {
  return `${collection}|${namespace ? `${namespace}/` : ''}${name}`;
}

export function keyIn(collection: string, { metadata }: AnyObject): string {
  return `${collection}|${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name}`;
}

export function filterOf(
  request: TransportRequest,
  namespace: string | undefined,
): (object: AnyObject) => boolean {
  const labels = parseLabelSelector(request.query?.labelSelector ?? '');
  const fields = parseFieldSelector(request.query?.fieldSelector ?? '');
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    labels.matches(object.metadata.labels) &&
    fields.every(({ field, op, value }) => (fieldOf(object, field) === value) === (op === '='));
}

function fieldOf(object: AnyObject, path: string): string {
  // biome-ignore lint/suspicious/noExplicitAny: walks an object of any kind
  const found = path.split('.').reduce<any>((at, step) => at?.[step], object);
  return found === undefined ? '' : String(found);
}

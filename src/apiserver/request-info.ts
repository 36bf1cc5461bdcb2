// What a path and a method ask for, in the words of RBAC. Path tricks (encoded slashes, dot segments, empty segments) are refused here,
// before anything is looked up.

import { badRequest } from '../api/status.ts';
import type { Attributes } from './auth/user.ts';

const namePattern = /^[^/%\0]+$/;

/** Splits and decodes a raw path. Throws 400 for what could be read in two ways. */
function segmentsOf(path: string): string[] {
  if (!path.startsWith('/')) throw badRequest('the request path must be absolute');
  const segments = path.slice(1).split('/');
  if (segments.at(-1) === '') segments.pop();
  return segments.map((raw) => {
    const segment = decoded(raw);
    if (segment === '' || segment === '.' || segment === '..' || !namePattern.test(segment)) {
      throw badRequest(`the request path has a segment that is not allowed: ${JSON.stringify(raw)}`);
    }
    return segment;
  });
}

function decoded(raw: string): string {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch (cause) {
    throw badRequest(`the request path is not valid: ${JSON.stringify(raw)}`, cause);
  }
}

const subresourcesOfNamespaces = new Set(['status', 'finalize']);

/** Reads path, method and the few query parameters that decide the verb. */
export function requestInfo(method: string, path: string, query: URLSearchParams): Attributes {
  const info: Attributes = {
    verb: method.toLowerCase(),
    isResource: false,
    group: '',
    version: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path,
  };
  const segments = segmentsOf(path);
  const rest = resourceSegments(segments, info);
  if (!rest || rest.length === 0) return info;
  placeResource(rest, info);
  info.isResource = true;
  info.verb = verbOf(method, info, query);
  return info;
}

/** What follows the group and version, or undefined for paths that name no resource. */
function resourceSegments(segments: string[], info: Attributes): string[] | undefined {
  if (segments[0] === 'api' && segments.length > 2) {
    info.version = segments[1] as string;
    return segments.slice(2);
  }
  if (segments[0] === 'apis' && segments.length > 3) {
    info.group = segments[1] as string;
    info.version = segments[2] as string;
    return segments.slice(3);
  }
  return undefined;
}

function placeResource(rest: string[], info: Attributes): void {
  let parts = rest;
  if (parts[0] === 'namespaces' && parts.length > 1) {
    info.namespace = parts[1] as string;
    const isNamespaceItself = parts.length === 2 || subresourcesOfNamespaces.has(parts[2] as string);
    if (!(isNamespaceItself && parts.length <= 3)) parts = parts.slice(2);
  }
  info.resource = parts[0] ?? '';
  info.name = parts[1] ?? '';
  info.subresource = parts.slice(2).join('/');
}

function verbOf(method: string, info: Attributes, query: URLSearchParams): string {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return info.name === '' ? 'deletecollection' : 'delete';
    case 'GET':
    case 'HEAD':
      if (info.name !== '') return 'get';
      return isTrue(query.get('watch')) ? 'watch' : 'list';
    default:
      return method.toLowerCase();
  }
}

/** A boolean query parameter as Kubernetes reads it: present without a value counts as true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}

// Which representation of the answer a client wants: plain JSON, a Table for kubectl get, or metadata only.

import { notAcceptable } from '../api/status.ts';

export type Representation =
  | { as: 'object' }
  | { as: 'Table'; version: string; includeObject: 'None' | 'Metadata' | 'Object' }
  | { as: 'PartialObjectMetadata' | 'PartialObjectMetadataList'; version: string };

const anyJson = new Set(['application/json', 'application/*', '*/*', 'text/plain', 'application/yaml']);

/** Chooses from an Accept header. Throws 406 when nothing in it can be served. */
export function representation(accept: string | undefined, query: URLSearchParams): Representation {
  if (!accept) return { as: 'object' };
  for (const range of accept.split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (!anyJson.has(type)) continue;
    const chosen = transformed(parameters, query);
    if (chosen) return chosen;
  }
  throw notAcceptable('only the following media types are accepted: application/json');
}

function transformed(parameters: string[], query: URLSearchParams): Representation | undefined {
  const given = new Map(parameters.map((p) => p.split('=', 2) as [string, string]));
  const as = given.get('as');
  if (as === undefined) return { as: 'object' };
  const version = given.get('v') ?? 'v1';
  if (given.get('g') !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined;
  if (as === 'Table') {
    const include = query.get('includeObject');
    const includeObject = include === 'None' || include === 'Object' ? include : 'Metadata';
    return { as, version, includeObject };
  }
  if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { as, version };
  return undefined;
}

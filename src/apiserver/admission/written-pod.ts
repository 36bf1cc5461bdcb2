// What the plugins about pods ask of a request: is it one that writes a pod, and which?

import type { V1Pod } from '../../api/generated/types.ts';
import type { AdmissionRequest } from './admission.ts';

/** The pod that is to be created or changed (not by a subresource); undefined for any other request. */
export function writtenPod({ kind, subresource, object }: AdmissionRequest): V1Pod | undefined {
  if (kind.storageResource !== 'pods' || subresource !== '') return undefined;
  return object as V1Pod | undefined;
}

/** The pod that is to be created; undefined for any other request. */
export function newPod(request: AdmissionRequest): V1Pod | undefined {
  return request.operation === 'create' ? writtenPod(request) : undefined;
}

// The errors of the API: one constructor per reason of metav1.Status, with Kubernetes' codes and texts. The API server sends them,
// clients rebuild them from the wire; nothing else decides what an error looks like.

import type { FieldError } from './field-error.ts';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: { continue?: string };
  status: 'Success' | 'Failure';
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

/** An API failure. `code` is the HTTP status, `reason` the machine-readable word of metav1.StatusReason. */
export class StatusError extends Error {
  readonly status: Status;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'StatusError';
    const body: Status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
    };
    if (details) body.details = details;
    body.code = code;
    this.status = body;
  }

  get code(): number {
    return this.status.code ?? 500;
  }

  get reason(): string {
    return this.status.reason ?? '';
  }
}

/** Names a resource in messages as Kubernetes does: `deployments.apps "web"`; the core group has no suffix. */
export interface ResourceName {
  group: string;
  resource: string;
}

function qualified({ group, resource }: ResourceName): string {
  return group === '' ? resource : `${resource}.${group}`;
}

function detailsOf(of: ResourceName, name: string): StatusDetails {
  const details: StatusDetails = { name };
  if (of.group) details.group = of.group;
  details.kind = of.resource;
  return details;
}

export function notFoundError(of: ResourceName, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${qualified(of)} "${name}" not found`, detailsOf(of, name));
}

export function alreadyExists(of: ResourceName, name: string): StatusError {
  return new StatusError(
    409,
    'AlreadyExists',
    `${qualified(of)} "${name}" already exists`,
    detailsOf(of, name),
  );
}

export function conflict(of: ResourceName, name: string, detail: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(of)} "${name}": ${detail}`;
  return new StatusError(409, 'Conflict', message, detailsOf(of, name));
}

/** The text of an optimistic-concurrency conflict. */
export const objectModified =
  'the object has been modified; please apply your changes to the latest version and try again';

/** 422 with one cause per field error. `kind` is the object's kind (`Deployment`), not its resource. */
export function invalidObject(
  gk: { group: string; kind: string },
  name: string,
  errors: FieldError[],
): StatusError {
  const texts = errors.map((e) => (e.field === '' ? e.message : `${e.field}: ${e.message}`));
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const kind = gk.group === '' ? gk.kind : `${gk.kind}.${gk.group}`;
  const details: StatusDetails = { name, ...(gk.group ? { group: gk.group } : {}), kind: gk.kind };
  details.causes = errors.map((e) => ({ reason: e.type, message: e.message, field: e.field }));
  return new StatusError(422, 'Invalid', `${kind} "${name}" is invalid: ${joined}`, details);
}

export function badRequest(message: string, cause?: unknown): StatusError {
  return new StatusError(400, 'BadRequest', message, undefined, cause === undefined ? undefined : { cause });
}

export function unauthorized(message = 'Unauthorized'): StatusError {
  return new StatusError(401, 'Unauthorized', message);
}

export function forbiddenError(of: ResourceName, name: string, detail: string): StatusError {
  const subject = name === '' ? qualified(of) : `${qualified(of)} "${name}"`;
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: ${detail}`, detailsOf(of, name));
}

export function methodNotAllowed(
  message = 'the server does not allow this method on the requested resource',
): StatusError {
  return new StatusError(405, 'MethodNotAllowed', message);
}

export function notAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

/** A watch or list asked for a revision that was compacted away. */
export function expired(message: string): StatusError {
  return new StatusError(410, 'Expired', message);
}

export function tooLarge(message: string): StatusError {
  return new StatusError(413, 'RequestEntityTooLarge', message);
}

export function unsupportedMediaType(message: string): StatusError {
  return new StatusError(415, 'UnsupportedMediaType', message);
}

/** 429: the client may try again after `retryAfterSeconds`. */
export function tooManyRequests(
  message: string,
  retryAfterSeconds: number,
  causes?: StatusCause[],
): StatusError {
  return new StatusError(429, 'TooManyRequests', message, {
    ...(causes ? { causes } : {}),
    retryAfterSeconds,
  });
}

export function internalError(message: string, cause?: unknown): StatusError {
  const text = `Internal error occurred: ${message}`;
  return new StatusError(500, 'InternalError', text, { causes: [{ message }] }, { cause });
}

export function serviceUnavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

export function timeoutError(message: string, retryAfterSeconds = 1): StatusError {
  return new StatusError(504, 'Timeout', message, { retryAfterSeconds });
}

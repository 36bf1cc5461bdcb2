// Rebuilds the error that a server answered with.

import { type Status, StatusError } from '../api/status.ts';
import type { TransportResponse } from './transport.ts';

const reasons: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The StatusError of an answer with status 400 or above. A body that is no Status (a proxy's page) gives one by its code. */
export function statusErrorOf(response: Pick<TransportResponse, 'status' | 'body'>): StatusError {
  const { status, body } = response;
  if (isStatus(body)) return statusErrorFrom(body, status);
  const text = typeof body === 'string' ? body.trim().slice(0, 500) : '';
  const message = text || `the server answered with HTTP status ${status}`;
  return new StatusError(status, reasons[status] ?? 'Unknown', message);
}

/** The StatusError of a Status object, e.g. of a watch's ERROR event. */
export function statusErrorFrom(status: Status, httpStatus = 500): StatusError {
  const code = status.code ?? httpStatus;
  return new StatusError(code, status.reason ?? reasons[code] ?? '', status.message ?? '', status.details);
}

/** True when `error` is an API failure with this HTTP status and, if given, this reason. */
export function isStatusError(error: unknown, code: number, reason?: string): error is StatusError {
  return (
    error instanceof StatusError && error.code === code && (reason === undefined || error.reason === reason)
  );
}

function isStatus(body: unknown): body is Status {
  return typeof body === 'object' && body !== null && (body as Status).kind === 'Status';
}

// What cannot be read as HTTP: a short answer where one can still be given, and the end of the connection.

import type { Duplex } from 'node:stream';
import { badRequest, StatusError } from '../../api/status.ts';

/** Node's code for a failure of its parser or of its time limits. */
interface ProtocolError extends Error {
  code?: string;
}

const closeAfterMs = 1_000;

/** Closes the connection. Says why unless nobody could read it, or would take it for an answer under way (`isCommitted`). */
export function refuseConnection(error: ProtocolError, socket: Duplex, isCommitted: boolean): void {
  // Failures of TLS and of the connection come here as well: nothing can be written there.
  const isHttp = error.code?.startsWith('HPE_') || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!isHttp || isCommitted || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, status } = statusOf(error);
  const body = JSON.stringify(status);
  const head = [
    `HTTP/1.1 ${code} ${reasonPhrases[code]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
  setTimeout(() => socket.destroy(), closeAfterMs).unref();
}

const reasonPhrases: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
};

function statusOf(error: ProtocolError): StatusError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return new StatusError(431, 'BadRequest', 'the headers of the request are too large');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new StatusError(408, 'Timeout', 'the request took too long to arrive');
    default:
      return badRequest(`the request is not valid HTTP: ${error.message}`, error);
  }
}

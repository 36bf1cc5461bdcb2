// Says in the words of Kubernetes why a kubelet could not be reached.

import { hostAndPort } from '../../api/host-and-port.ts';
import { StatusError } from '../../api/status.ts';
import type { ProxyTarget } from '../request.ts';

const words: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  ECONNRESET: 'connection reset by peer',
};

/** 502. `error` is what the connection failed with. */
export function dialError(error: NodeJS.ErrnoException, target: ProxyTarget): StatusError {
  const { host, port, subject } = target;
  const why = words[error.code ?? ''] ?? error.message;
  const whom = subject === undefined ? '' : ` (${subject})`;
  const message = `error dialing backend: dial tcp ${hostAndPort(host, port)}: ${why}${whom}`;
  return new StatusError(502, 'BadGateway', message, undefined, { cause: error });
}

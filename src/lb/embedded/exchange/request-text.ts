// The head of a request as it goes to one server: with what the route, the client's connection and the persistence make of it.

import { hostAndPort } from '../../../api/host-and-port.ts';
import { rewritePath } from '../../routing.ts';
import type { Grant } from '../dispatch.ts';
import { forwardRequest } from '../wire/forward-request.ts';
import type { Persistence } from './persistence.ts';
import type { Request } from './request.ts';

export function requestText(
  { head, client, record, route }: Request,
  grant: Grant,
  persistence: Persistence | undefined,
): string {
  return forwardRequest(head, {
    peer: client.peer,
    requestId: record.requestId,
    path: route?.rewritePath === undefined ? undefined : rewritePath(head.path, route),
    rules: route?.requestHeaders,
    cookie: persistence?.cookie,
    keepAlive: true,
    hostIfNone: head.host === '' ? hostAndPort(grant.address, grant.port) : '',
  });
}

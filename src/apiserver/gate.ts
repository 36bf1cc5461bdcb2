// The door of the API server: says who a request comes from (its credentials, then impersonation) and whether they may. What is
// open to everybody (health, version, discovery) is a matter of RBAC's bootstrap policy, not of this file.

import { unauthorized } from '../api/status.ts';
import type { Gate } from './api-server.ts';
import type { Authenticator } from './auth/authenticator.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { impersonate } from './auth/impersonation.ts';
import { anonymous, type User } from './auth/user.ts';
import type { ApiRequest } from './request.ts';

export interface GateParts {
  authenticator: Authenticator;
  authorizer: Authorizer;
}

/** authenticate() rejects with 401 for credentials that do not hold, with 403 or 400 for impersonation that is not allowed or makes no sense. */
export function createGate({ authenticator, authorizer }: GateParts): Gate {
  return {
    async authenticate(request) {
      const { clientCertificate } = request;
      const authorization = request.header('authorization');
      const caller = await authenticator.authenticate({ clientCertificate, authorization });
      if (caller === anonymous && request.clientCertificateRefused) throw unauthorized();
      return actingUser(request, caller, authorizer);
    },
    authorize: (user, attributes) => authorizer.authorize(user, attributes),
  };
}

function actingUser(request: ApiRequest, caller: User, authorizer: Authorizer): User {
  let values: Record<string, string[]> | undefined;
  for (const [name, value] of request.headerValues('impersonate-')) {
    // No prototype: a header may be called `impersonate-extra-…` with anything behind it, and names are looked up.
    values ??= Object.create(null) as Record<string, string[]>;
    values[name] ??= [];
    values[name].push(value);
  }
  return values === undefined ? caller : impersonate(values, caller, authorizer);
}

// Who a request comes from: a client certificate, a static token, a service account's token, or nobody (anonymous).
// Credentials that are presented and do not hold are a 401, never anonymous.

import { unauthorized } from '../../api/status.ts';
import type { ClientCertificate } from './client-certificate.ts';
import { apiAudiences } from './service-account-claims.ts';
import type { ServiceAccountTokens, TokenVerdict } from './service-account-tokens.ts';
import type { StaticTokens } from './static-tokens.ts';
import { anonymous, type User } from './user.ts';

export interface Credentials {
  /** The subject of a client certificate that TLS verified. */
  clientCertificate?: ClientCertificate | undefined;
  /** The Authorization header. Schemes other than Bearer are not looked at, as in Kubernetes. */
  authorization?: string | undefined;
}

export interface AuthenticatorParts {
  staticTokens: StaticTokens;
  serviceAccountTokens: ServiceAccountTokens;
}

const rememberedSubjects = 1000;

export class Authenticator {
  readonly #parts: AuthenticatorParts;
  // So that the same certificate gives the same User, and decisions cached by user are found again.
  readonly #certificateUsers = new Map<string, User>();

  constructor(parts: AuthenticatorParts) {
    this.#parts = parts;
  }

  /** Rejects with 401. A certificate goes before a token. Repeated credentials give the same User object. */
  async authenticate({ clientCertificate, authorization }: Credentials): Promise<User> {
    if (clientCertificate && clientCertificate.commonName !== '')
      return this.#certificateUser(clientCertificate);
    const token = bearerToken(authorization);
    if (token === undefined) return anonymous;
    const verdict = this.verifyToken(token);
    if ('error' in verdict) throw unauthorized();
    return verdict.user;
  }

  /** For TokenReviews: as authenticate, with the audiences asked for and the reason of a refusal. */
  verifyToken(token: string, audiences: readonly string[] = apiAudiences): TokenVerdict {
    const user = token === '' ? undefined : this.#parts.staticTokens.userOf(token);
    if (!user) return this.#parts.serviceAccountTokens.verify(token, audiences);
    const common = audiences.filter((one) => apiAudiences.includes(one));
    if (common.length === 0) return { error: 'static tokens are valid for the API server only' };
    return { user, audiences: common };
  }

  #certificateUser({ commonName, organizations }: ClientCertificate): User {
    const key = [commonName, ...organizations].join('\0');
    const known = this.#certificateUsers.get(key);
    if (known) return known;
    const groups = [...new Set([...organizations, 'system:authenticated'])];
    const user: User = { name: commonName, groups };
    if (this.#certificateUsers.size >= rememberedSubjects) this.#certificateUsers.clear();
    this.#certificateUsers.set(key, user);
    return user;
  }
}

/** Undefined when the header carries no bearer token at all; '' for one that is empty, which is refused. */
function bearerToken(authorization: string | undefined): string | undefined {
  const match = /^bearer(?:\s+(.*))?$/is.exec(authorization?.trim() ?? '');
  return match ? (match[1] ?? '').trim() : undefined;
}

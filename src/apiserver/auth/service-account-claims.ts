// What a service-account token says: the claims Kubernetes puts into bound tokens (issuer, audiences, times and the
// `kubernetes.io` object) and into the older tokens kept in Secrets. Reads them; trusts nothing about their shape.

import { serviceAccountUserName } from './service-account-name.ts';

export const tokenIssuer = 'https://kubernetes.default.svc.cluster.local';
/** The issuer of tokens kept in Secrets. */
export const secretTokenIssuer = 'kubernetes/serviceaccount';
/** What a token must be meant for to be accepted by this API server. */
export const apiAudiences: readonly string[] = [tokenIssuer];

export interface ObjectClaim {
  name: string;
  uid: string;
}

/** Claims in Kubernetes' names and nesting. Times are seconds since the epoch. */
export interface BoundTokenClaims {
  aud: string[];
  exp: number;
  iat: number;
  iss: string;
  jti: string;
  'kubernetes.io': {
    namespace: string;
    node?: ObjectClaim;
    pod?: ObjectClaim;
    secret?: ObjectClaim;
    serviceaccount: ObjectClaim;
  };
  nbf: number;
  sub: string;
}

export interface SecretTokenClaims {
  iss: string;
  'kubernetes.io/serviceaccount/namespace': string;
  'kubernetes.io/serviceaccount/secret.name': string;
  'kubernetes.io/serviceaccount/service-account.name': string;
  'kubernetes.io/serviceaccount/service-account.uid': string;
  sub: string;
}

/** Undefined when anything is missing or of the wrong type, or the subject is not the account named. */
export function readBoundClaims(claims: Record<string, unknown>): BoundTokenClaims | undefined {
  const bound = claims['kubernetes.io'] as Partial<BoundTokenClaims['kubernetes.io']> | undefined;
  const account = bound?.serviceaccount;
  const isComplete =
    claims.iss === tokenIssuer &&
    isStrings(claims.aud) &&
    Number.isFinite(claims.exp) &&
    (claims.nbf === undefined || Number.isFinite(claims.nbf)) &&
    isText(bound?.namespace) &&
    isObjectClaim(account) &&
    [bound?.pod, bound?.secret, bound?.node].every((one) => one === undefined || isObjectClaim(one)) &&
    claims.sub === serviceAccountUserName({ namespace: bound?.namespace ?? '', name: account.name });
  return isComplete ? (claims as unknown as BoundTokenClaims) : undefined;
}

/** As readBoundClaims, for the tokens kept in Secrets. */
export function readSecretClaims(claims: Record<string, unknown>): SecretTokenClaims | undefined {
  const prefix = 'kubernetes.io/serviceaccount/';
  const names = ['namespace', 'secret.name', 'service-account.name', 'service-account.uid'];
  if (claims.iss !== secretTokenIssuer || !names.every((name) => isText(claims[prefix + name])))
    return undefined;
  const read = claims as unknown as SecretTokenClaims;
  const namespace = read['kubernetes.io/serviceaccount/namespace'];
  const name = read['kubernetes.io/serviceaccount/service-account.name'];
  return read.sub === serviceAccountUserName({ namespace, name }) ? read : undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText);
}

function isObjectClaim(value: unknown): value is ObjectClaim {
  const claim = value as ObjectClaim | undefined;
  return isText(claim?.name) && isText(claim?.uid);
}

// Says whose service-account token a request carries. The signature is checked once and remembered; that the account and what
// the token is bound to still exist is looked up on every use, so a deletion counts from the next request on.

import { hash, timingSafeEqual } from 'node:crypto';
import type { V1Secret } from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import type { TokenKey } from './json-web-token.ts';
import {
  type BoundTokenClaims,
  readBoundClaims,
  readSecretClaims,
  type SecretTokenClaims,
} from './service-account-claims.ts';
import { serviceAccountGroups } from './service-account-name.ts';
import type { User } from './user.ts';

/** Tokens remembered at once; beyond it the oldest is forgotten and will be verified again. */
const rememberedTokens = 10_000;
/** What is being deleted keeps its tokens so long, to finish its work with them (as in Kubernetes). */
const deletionGraceMs = 60_000;
/** Tolerated when the wall clock was set back after a token was made. */
const notBeforeLeewaySeconds = 60;

export type TokenVerdict = { user: User; audiences: readonly string[] } | { error: string };

/** An object that must still be there, with this uid ('' for any). */
interface Dependency {
  key: string;
  uid: string;
  missing: string;
}

interface VerifiedToken {
  user: User;
  audiences: readonly string[];
  notBefore: number;
  /** Seconds since the epoch; Infinity for a token kept in a Secret. */
  expires: number;
  dependencies: Dependency[];
  /** For tokens kept in Secrets: the key of the Secret whose data must still hold this token. */
  secretKey?: string;
}

export class ServiceAccountTokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #key: TokenKey;
  /** By SHA-256, so that the memory holds no usable token. */
  readonly #verified = new Map<string, VerifiedToken>();

  constructor(store: Store, clock: Clock, key: TokenKey) {
    this.#store = store;
    this.#clock = clock;
    this.#key = key;
  }

  /** Valid for at least one of `audiences`, or the reason why not; those it is valid for are in the answer. */
  verify(token: string, audiences: readonly string[]): TokenVerdict {
    const known = this.#known(token);
    if (!known) return { error: 'invalid bearer token' };
    const error = this.#objection(known, token);
    if (error) return { error: `[invalid bearer token, ${error}]` };
    const common = known.secretKey ? audiences : audiences.filter((one) => known.audiences.includes(one));
    if (common.length > 0) return { user: known.user, audiences: common };
    return {
      error: `[invalid bearer token, token audiences ${listed(known.audiences)} is invalid for the target audiences ${listed(audiences)}]`,
    };
  }

  #known(token: string): VerifiedToken | undefined {
    const digest = hash('sha256', token, 'base64');
    const known = this.#verified.get(digest) ?? readToken(this.#key.verify(token));
    if (!known || this.#verified.has(digest)) return known;
    if (this.#verified.size >= rememberedTokens)
      this.#verified.delete(this.#verified.keys().next().value ?? '');
    this.#verified.set(digest, known);
    return known;
  }

  #objection(token: VerifiedToken, text: string): string | undefined {
    const seconds = this.#clock.now() / 1000;
    if (seconds >= token.expires) return 'service account token has expired';
    if (seconds < token.notBefore - notBeforeLeewaySeconds) return 'service account token is not valid yet';
    const gone = token.dependencies.find((dependency) => !this.#exists(dependency));
    if (gone) return gone.missing;
    if (token.secretKey && !this.#secretHolds(token.secretKey, text))
      return "service account token does not match the secret's";
    return undefined;
  }

  #exists({ key, uid }: Dependency): boolean {
    const metadata = this.#store.get(key)?.value.metadata;
    if (!metadata || (uid !== '' && metadata.uid !== uid)) return false;
    const deleted = metadata.deletionTimestamp;
    return deleted === undefined || Date.parse(deleted) > this.#clock.now() - deletionGraceMs;
  }

  #secretHolds(key: string, token: string): boolean {
    const data = (this.#store.get(key)?.value as V1Secret | undefined)?.data?.token ?? '';
    const kept = Buffer.from(hash('sha256', Buffer.from(data, 'base64'), 'buffer'));
    return timingSafeEqual(kept, hash('sha256', token, 'buffer'));
  }
}

function listed(audiences: readonly string[]): string {
  return `[${audiences.map((one) => JSON.stringify(one)).join(' ')}]`;
}

function readToken(claims: Record<string, unknown> | undefined): VerifiedToken | undefined {
  if (!claims) return undefined;
  const bound = readBoundClaims(claims);
  if (bound) return boundToken(bound);
  const kept = readSecretClaims(claims);
  return kept && secretToken(kept);
}

function boundToken(claims: BoundTokenClaims): VerifiedToken {
  const { namespace, serviceaccount, pod, secret } = claims['kubernetes.io'];
  const dependencies = [dependency('serviceaccounts', namespace, serviceaccount)];
  if (pod) dependencies.push(dependency('pods', namespace, pod));
  if (secret) dependencies.push(dependency('secrets', namespace, secret));
  const extra = extraOf(claims);
  return {
    user: accountUser(namespace, claims.sub, serviceaccount.uid, extra),
    audiences: claims.aud,
    notBefore: claims.nbf ?? 0,
    expires: claims.exp,
    dependencies,
  };
}

function secretToken(claims: SecretTokenClaims): VerifiedToken {
  const namespace = claims['kubernetes.io/serviceaccount/namespace'];
  const name = claims['kubernetes.io/serviceaccount/service-account.name'];
  const uid = claims['kubernetes.io/serviceaccount/service-account.uid'];
  const secret = { name: claims['kubernetes.io/serviceaccount/secret.name'], uid: '' };
  return {
    user: accountUser(namespace, claims.sub, uid),
    audiences: [],
    notBefore: 0,
    expires: Number.POSITIVE_INFINITY,
    dependencies: [
      dependency('secrets', namespace, secret),
      dependency('serviceaccounts', namespace, { name, uid }),
    ],
    secretKey: `secrets/${namespace}/${secret.name}`,
  };
}

const nouns = { serviceaccounts: 'service account', pods: 'pod', secrets: 'secret' };

function dependency(
  resource: keyof typeof nouns,
  namespace: string,
  { name, uid }: { name: string; uid: string },
): Dependency {
  const missing = `${nouns[resource]} ${namespace}/${name} has been deleted or replaced`;
  return { key: `${resource}/${namespace}/${name}`, uid, missing };
}

function accountUser(namespace: string, name: string, uid: string, extra?: User['extra']): User {
  const groups = [...serviceAccountGroups(namespace), 'system:authenticated'];
  return { name, uid, groups, ...(extra ? { extra } : {}) };
}

function extraOf(claims: BoundTokenClaims): Record<string, string[]> {
  const { pod, node } = claims['kubernetes.io'];
  const prefix = 'authentication.kubernetes.io/';
  const extra: Record<string, string[]> = {};
  if (claims.jti) extra[`${prefix}credential-id`] = [`JTI=${claims.jti}`];
  if (pod) {
    extra[`${prefix}pod-name`] = [pod.name];
    extra[`${prefix}pod-uid`] = [pod.uid];
  }
  if (node) {
    extra[`${prefix}node-name`] = [node.name];
    extra[`${prefix}node-uid`] = [node.uid];
  }
  return extra;
}

// POST serviceaccounts/NAME/token: a signed token for a service account, for given audiences and a limited time, bound to
// a pod or secret where asked; it dies with what it is bound to. Texts as Kubernetes.

import { randomUUID } from 'node:crypto';
import { invalid } from '../../api/field-error.ts';
import type {
  AuthenticationV1TokenRequest,
  V1BoundObjectReference,
  V1Pod,
  V1TokenRequestSpec,
} from '../../api/generated/types.ts';
import { type AnyObject, parseApiVersion } from '../../api/object.ts';
import { badRequest, conflict, invalidObject, notFoundError } from '../../api/status.ts';
import { timestamp } from '../../api/timestamp.ts';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import type { TokenKey } from './json-web-token.ts';
import {
  apiAudiences,
  type BoundTokenClaims,
  type ObjectClaim,
  tokenIssuer,
} from './service-account-claims.ts';
import { serviceAccountUserName } from './service-account-name.ts';

const defaultSeconds = 3600;
const minSeconds = 600;
const maxSeconds = 2 ** 32;

export interface TokenIssuerParts {
  store: Store;
  clock: Clock;
  key: TokenKey;
}

export interface TokenIssue {
  /** Of the service account, from the URL. */
  namespace: string;
  name: string;
  /** The TokenRequest as it came; it is not changed. */
  request: Partial<AuthenticationV1TokenRequest>;
}

/**
 * The TokenRequest with its status. Throws the 404, 400, 409 or 422 to answer with. With `dryRun` everything is checked and
 * the status has an empty token.
 */
export function issueServiceAccountToken(
  { store, clock, key }: TokenIssuerParts,
  { namespace, name, request }: TokenIssue,
  dryRun = false,
): AuthenticationV1TokenRequest {
  const account = store.get(`serviceaccounts/${namespace}/${name}`)?.value;
  if (!account) throw notFoundError({ group: '', resource: 'serviceaccounts' }, name);
  const spec = resolveSpec(request, name);
  const issuedAt = Math.floor(clock.now() / 1000);
  const claims: BoundTokenClaims = {
    ...{ aud: spec.audiences, exp: issuedAt + spec.expirationSeconds, iat: issuedAt, iss: tokenIssuer },
    jti: randomUUID(),
    'kubernetes.io': {
      namespace,
      ...boundClaims(store, namespace, name, spec.boundObjectRef),
      serviceaccount: claimOf(account),
    },
    ...{ nbf: issuedAt, sub: serviceAccountUserName({ namespace, name }) },
  };
  const expirationTimestamp = timestamp(claims.exp * 1000);
  return {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    // The answer describes the account, as Kubernetes' does; there is no TokenRequest that could be read again.
    metadata: {
      name,
      namespace,
      creationTimestamp: timestamp(issuedAt * 1000),
    } as AuthenticationV1TokenRequest['metadata'],
    spec,
    status: { token: dryRun ? '' : key.sign(claims), expirationTimestamp },
  };
}

type ResolvedSpec = V1TokenRequestSpec & { expirationSeconds: number };

function resolveSpec(request: TokenIssue['request'], accountName: string): ResolvedSpec {
  const { audiences = [], expirationSeconds = defaultSeconds, boundObjectRef } = request.spec ?? {};
  const gk = { group: 'authentication.k8s.io', kind: 'TokenRequest' };
  const field = 'spec.expirationSeconds';
  const errors = [];
  if (!(expirationSeconds >= minSeconds))
    errors.push(invalid(field, expirationSeconds, 'may not specify a duration less than 10 minutes'));
  if (expirationSeconds > maxSeconds)
    errors.push(invalid(field, expirationSeconds, 'may not specify a duration larger than 2^32 seconds'));
  const named = request.metadata?.name;
  if (named && named !== accountName)
    errors.push(invalid('metadata.name', named, 'must match the service account name if specified'));
  if (errors.length > 0) throw invalidObject(gk, accountName, errors);
  const resolved = { audiences: audiences.length > 0 ? audiences : [...apiAudiences], expirationSeconds };
  return boundObjectRef ? { ...resolved, boundObjectRef } : resolved;
}

type BoundClaims = Pick<BoundTokenClaims['kubernetes.io'], 'pod' | 'secret' | 'node'>;

function boundClaims(
  store: Store,
  namespace: string,
  accountName: string,
  ref: V1BoundObjectReference | undefined,
): BoundClaims {
  if (!ref) return {};
  const { kind = '', apiVersion = '', name = '' } = ref;
  const version = parseApiVersion(apiVersion) ?? { group: '', version: apiVersion };
  if (version.group !== '' || (kind !== 'Pod' && kind !== 'Secret'))
    throw badRequest(`cannot bind token to object of type ${version.group}/${version.version}, Kind=${kind}`);
  const resource = kind === 'Pod' ? 'pods' : 'secrets';
  const object = store.get(`${resource}/${namespace}/${name}`)?.value;
  if (!object) throw notFoundError({ group: '', resource }, name);
  const claims =
    kind === 'Pod' ? podClaims(store, object as unknown as V1Pod, accountName) : { secret: claimOf(object) };
  if (ref.uid && ref.uid !== object.metadata.uid)
    throw conflict({ group: '', resource: kind }, name, replacedText(ref.uid));
  return claims;
}

function podClaims(store: Store, pod: V1Pod, accountName: string): BoundClaims {
  if ((pod.spec?.serviceAccountName ?? '') !== accountName)
    throw badRequest(
      `cannot bind token for serviceaccount "${accountName}" to pod running with different serviceaccount name.`,
    );
  const nodeName = pod.spec?.nodeName;
  const node = nodeName ? store.get(`nodes/${nodeName}`)?.value : undefined;
  return { ...(node ? { node: claimOf(node) } : {}), pod: claimOf(pod) };
}

/** The refusal of a reference whose object was made anew under the same name. */
export function replacedText(uid: string): string {
  return `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`;
}

function claimOf({ metadata }: Pick<AnyObject, 'metadata'>): ObjectClaim {
  return { name: metadata.name, uid: metadata.uid };
}

// Secrets of type kubernetes.io/service-account-token: the older way to a token, without an end, kept for manifests that
// create one by hand. The token is valid as long as Secret and account exist and the Secret still holds it.

import type { V1Secret, V1ServiceAccount } from '../../api/generated/types.ts';
import type { TokenKey } from './json-web-token.ts';
import { type SecretTokenClaims, secretTokenIssuer } from './service-account-claims.ts';
import { serviceAccountUserName } from './service-account-name.ts';

export const tokenSecretType = 'kubernetes.io/service-account-token';
const nameAnnotation = 'kubernetes.io/service-account.name';
const uidAnnotation = 'kubernetes.io/service-account.uid';

/** The account that a Secret of this type names; undefined for any other Secret. */
export function accountOfTokenSecret(secret: V1Secret): string | undefined {
  return secret.type === tokenSecretType ? secret.metadata.annotations?.[nameAnnotation] : undefined;
}

/**
 * The Secret with `token`, `ca.crt` and `namespace` filled in, or undefined when nothing is missing, or it is meant for an
 * account that was replaced since (another uid). `caCertificate` is PEM.
 */
export function fillTokenSecret(
  secret: V1Secret,
  account: V1ServiceAccount,
  key: TokenKey,
  caCertificate: string,
): V1Secret | undefined {
  const { annotations = {}, namespace = '', name } = secret.metadata;
  const uid = account.metadata.uid;
  if (annotations[uidAnnotation] !== undefined && annotations[uidAnnotation] !== uid) return undefined;
  const data = { ...secret.data };
  data.token ||= base64(key.sign(claimsOf(namespace, name, account)));
  data['ca.crt'] ||= base64(caCertificate);
  data.namespace ||= base64(namespace);
  const isComplete =
    annotations[uidAnnotation] === uid && ['token', 'ca.crt', 'namespace'].every((k) => secret.data?.[k]);
  if (isComplete) return undefined;
  return {
    ...secret,
    data,
    metadata: { ...secret.metadata, annotations: { ...annotations, [uidAnnotation]: uid } },
  };
}

function claimsOf(namespace: string, secretName: string, { metadata }: V1ServiceAccount): SecretTokenClaims {
  return {
    iss: secretTokenIssuer,
    'kubernetes.io/serviceaccount/namespace': namespace,
    'kubernetes.io/serviceaccount/secret.name': secretName,
    'kubernetes.io/serviceaccount/service-account.name': metadata.name,
    'kubernetes.io/serviceaccount/service-account.uid': metadata.uid,
    sub: serviceAccountUserName({ namespace, name: metadata.name }),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

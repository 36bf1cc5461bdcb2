// The documents from which others learn to verify this cluster's service-account tokens (OpenID Connect discovery).

import type { TokenKey } from './json-web-token.ts';
import { tokenIssuer } from './service-account-claims.ts';

/** /.well-known/openid-configuration. `apiUrl`: how this API server is reached, `https://host:port`. */
export function openIdConfiguration(apiUrl: string) {
  return {
    issuer: tokenIssuer,
    jwks_uri: `${apiUrl}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
}

/** /openid/v1/jwks, of media type application/jwk-set+json. */
export function jsonWebKeySet(key: TokenKey) {
  const { kty, crv, x, y } = key.publicKey.export({ format: 'jwk' });
  return { keys: [{ use: 'sig', kty, kid: key.keyId, crv, alg: 'ES256', x, y }] };
}

// JSON Web Tokens signed with ECDSA P-256 (ES256, RFC 7515 and RFC 7518 section 3.4), and nothing else: a token that
// names another algorithm, `none` included, is not read.

import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

const algorithm = 'ES256';
const curve = 'prime256v1';

/** Requests with longer tokens are refused before any arithmetic. */
const maxTokenLength = 64 * 1024;

export class TokenKey {
  readonly publicKey: KeyObject;
  /** The base64url SHA-256 of the public key (SubjectPublicKeyInfo), as Kubernetes names its keys. */
  readonly keyId: string;
  readonly #privateKey: KeyObject;

  /** `privateKeyPem`: a P-256 key, PKCS #8 or SEC 1. Throws for any other. */
  constructor(privateKeyPem: string) {
    this.#privateKey = createPrivateKey(privateKeyPem);
    if (this.#privateKey.asymmetricKeyDetails?.namedCurve !== curve)
      throw new TypeError('the service-account signing key must be an ECDSA key on the curve P-256');
    this.publicKey = createPublicKey(this.#privateKey);
    const spki = this.publicKey.export({ type: 'spki', format: 'der' });
    this.keyId = createHash('sha256').update(spki).digest('base64url');
  }

  sign(claims: object): string {
    const head = encoded({ alg: algorithm, kid: this.keyId });
    const signed = `${head}.${encoded(claims)}`;
    const signature = sign('sha256', Buffer.from(signed), {
      key: this.#privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    return `${signed}.${signature.toString('base64url')}`;
  }

  /** The claims when this key signed the token; undefined otherwise. Says nothing about issuer, audience or time. */
  verify(token: string): Record<string, unknown> | undefined {
    const [head = '', body = '', signature = '', ...rest] =
      token.length > maxTokenLength ? [] : token.split('.');
    if (rest.length > 0 || ![head, body, signature].every((part) => /^[\w-]+$/.test(part))) return undefined;
    const header = decoded(head);
    if (header?.alg !== algorithm || header.kid !== this.keyId || header.crit !== undefined) return undefined;
    const key = { key: this.publicKey, dsaEncoding: 'ieee-p1363' as const };
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${body}`),
      key,
      Buffer.from(signature, 'base64url'),
    );
    return isSigned ? decoded(body) : undefined;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

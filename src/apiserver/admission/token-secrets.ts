// Admission of Secrets of type kubernetes.io/service-account-token: the server fills in the token. In Kubernetes a controller
// does so a moment later; here the Secret is complete as soon as it exists.

import type { V1Secret, V1ServiceAccount } from '../../api/generated/types.ts';
import type { Store } from '../../store/store.ts';
import type { TokenKey } from '../auth/json-web-token.ts';
import { accountOfTokenSecret, fillTokenSecret } from '../auth/token-secret.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';

export interface TokenSecretsOptions {
  store: Store;
  key: TokenKey;
  /** PEM; what clients in pods trust. */
  caCertificate: string;
}

export class TokenSecrets implements AdmissionPlugin {
  readonly name = 'TokenSecrets';
  readonly #options: TokenSecretsOptions;

  constructor(options: TokenSecretsOptions) {
    this.#options = options;
  }

  mutate({ kind, subresource, namespace, object }: AdmissionRequest): void {
    if (kind.storageResource !== 'secrets' || subresource !== '' || !object) return;
    const { store, key, caCertificate } = this.#options;
    const secret = object as V1Secret;
    const name = accountOfTokenSecret(secret);
    const account = name && store.get(`serviceaccounts/${namespace}/${name}`)?.value;
    // Without its account the Secret stays empty; writing it again once there is one fills it.
    if (account)
      Object.assign(secret, fillTokenSecret(secret, account as V1ServiceAccount, key, caCertificate));
  }
}

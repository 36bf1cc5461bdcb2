// The tokens that pods mount: asked of the API for the pod's own service account, bound to the pod, renewed well before they end. They are
// kept in memory only; after a restart new ones are asked for.

import type {
  AuthenticationV1TokenRequest,
  V1Pod,
  V1ServiceAccountTokenProjection,
} from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../client/client.ts';
import { serviceAccounts } from '../../client/resources.ts';

/** As in Kubernetes: after 80 % of its life, and once a day. */
const renewAfter = 0.8;
const longestUseMs = 24 * 3_600_000;

interface KnownToken {
  token: string;
  /** Milliseconds since the epoch, by the clock that tokens are judged by. */
  renewAt: number;
  expiresAt: number;
}

export class ServiceAccountTokens {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #known = new Map<string, Map<string, KnownToken>>();

  constructor(client: Client, clock: Clock, logger: Logger) {
    this.#client = client;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Rejects with what the API answered when there is none that is still good. */
  async token(pod: V1Pod, projection: V1ServiceAccountTokenProjection): Promise<string> {
    const { uid } = pod.metadata;
    const key = `${projection.expirationSeconds}/${projection.audience ?? ''}`;
    const known = this.#known.get(uid)?.get(key);
    const now = this.#clock.now();
    if (known && now < known.renewAt) return known.token;
    try {
      const fresh = await this.#request(pod, projection);
      const ofPod = this.#known.get(uid) ?? new Map<string, KnownToken>();
      this.#known.set(uid, ofPod.set(key, fresh));
      return fresh.token;
    } catch (error) {
      if (!known || now >= known.expiresAt) throw error;
      this.#logger.warn('a token could not be renewed yet', { pod: pod.metadata.name, error });
      return known.token;
    }
  }

  /** Idempotent. */
  forget(podUid: string): void {
    this.#known.delete(podUid);
  }

  async #request(
    { metadata, spec }: V1Pod,
    { audience, expirationSeconds }: V1ServiceAccountTokenProjection,
  ): Promise<KnownToken> {
    const { namespace, name, uid } = metadata;
    const asked = this.#clock.now();
    const accounts = this.#client.resource(serviceAccounts, namespace);
    const account = spec.serviceAccountName || 'default';
    const answer = await accounts.createSubresource<AuthenticationV1TokenRequest>(account, 'token', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        audiences: audience ? [audience] : [],
        expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    });
    const { token = '', expirationTimestamp = '' } = answer.status ?? {};
    const expiresAt = Date.parse(expirationTimestamp);
    const useMs = Math.min((expiresAt - asked) * renewAfter, longestUseMs);
    return { token, expiresAt, renewAt: asked + useMs };
  }
}

// Which admission plugins there are, and in which order they run.

import type { Store } from '../../store/store.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import type { TokenKey } from '../auth/json-web-token.ts';
import type { AdmissionPlugin } from './admission.ts';
import { DefaultTolerations } from './default-tolerations.ts';
import { HostAccess } from './host-access.ts';
import { NamespaceLifecycle } from './namespace-lifecycle.ts';
import { NodeRestriction } from './node-restriction.ts';
import { networkRange, portRange } from './number-range.ts';
import { podPriority } from './pod-priority.ts';
import { PodServiceAccount } from './pod-service-account.ts';
import { RbacEscalation } from './rbac-escalation.ts';
import { ServiceAddresses } from './service-addresses.ts';
import { TokenSecrets } from './token-secrets.ts';

export interface AdmissionParts {
  store: Store;
  authorizer: Authorizer;
  /** Signs the tokens in Secrets of type kubernetes.io/service-account-token. */
  tokenKey: TokenKey;
  /** PEM; goes into those Secrets. */
  caCertificate: string;
  /** Where cluster IPs come from, as IPv4 CIDR of at most 30 bits. Default 10.96.0.0/12. */
  serviceNetwork?: string;
  /** First and last port that is handed out, both inclusive. Default 30000 to 32767. */
  nodePorts?: readonly [first: number, last: number];
  /** How long pods stay on a node that is not ready or out of reach unless they say. Default 3. */
  tolerationSeconds?: number;
  /** 0 or more and below 1. Default Math.random. */
  random?: () => number;
}

/**
 * Reads the store and follows it until the plugins are closed (AdmissionChain.close). The order matters twice: a namespace that does not
 * exist is reported before anything else, and addresses are given only to Services that nothing else objects to.
 */
export function admissionPlugins(parts: AdmissionParts): AdmissionPlugin[] {
  const { store, authorizer, tokenKey, caCertificate } = parts;
  const { serviceNetwork = '10.96.0.0/12', nodePorts = [30_000, 32_767] } = parts;
  const { tolerationSeconds = 3, random = Math.random } = parts;
  return [
    new NamespaceLifecycle(store),
    new NodeRestriction(store),
    new PodServiceAccount(store),
    podPriority,
    new DefaultTolerations(tolerationSeconds),
    new TokenSecrets({ store, key: tokenKey, caCertificate }),
    new HostAccess(authorizer),
    new RbacEscalation(store, authorizer),
    new ServiceAddresses({
      ...{ store, random },
      network: networkRange(serviceNetwork),
      nodePorts: portRange(...nodePorts),
    }),
  ];
}

// Who asks, and what is asked: the two nouns that authentication and authorization share.

export interface User {
  name: string;
  uid?: string;
  groups: readonly string[];
  extra?: Readonly<Record<string, readonly string[]>>;
}

export const anonymous: User = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** The user of the control plane's own clients; may do everything. */
export const controlPlaneUser: User = {
  name: 'system:relevo-control-plane',
  groups: ['system:masters', 'system:authenticated'],
};

/** What a request wants to do, in the words of RBAC. */
export interface Attributes {
  /** get list watch create update patch delete deletecollection impersonate bind escalate …; for paths the HTTP method in lower case. */
  verb: string;
  /** True for /api, /apis and named resources, false for paths such as /healthz. */
  isResource: boolean;
  group: string;
  version: string;
  resource: string;
  /** '' without. */
  subresource: string;
  /** '' for all namespaces and cluster-scoped resources. */
  namespace: string;
  /** '' where the request names no object. */
  name: string;
  /** The URL's path. */
  path: string;
}

export interface AuthorizationDecision {
  allowed: boolean;
  /** Why, for reviews and the 403's text; may be empty. */
  reason: string;
}

// Where Relevo's own kinds are found, for clients.

import type { BackendPolicy } from './backend-policy-types.ts';
import type { Balancer } from './balancer-types.ts';

export const relevoGroup = 'relevo.dev';
export const relevoVersion = 'v1alpha1';

/** As a client's Resource has it. */
interface Place<T> {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: only carries the type. */
  readonly type?: T;
}

const own = { group: relevoGroup, version: relevoVersion };

export const backendPolicies: Place<BackendPolicy> = {
  ...{ ...own, kind: 'BackendPolicy', plural: 'backendpolicies', namespaced: true },
};

export const balancers: Place<Balancer> = {
  ...{ ...own, kind: 'Balancer', plural: 'balancers', namespaced: false },
};

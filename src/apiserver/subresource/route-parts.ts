// What the routes are made of: the parts of the core, and what only they need.

import type { Authenticator } from '../auth/authenticator.ts';
import type { Authorizer } from '../auth/authorizer.ts';
import type { TokenKey } from '../auth/json-web-token.ts';
import type { ResourceParts } from '../resource-handler.ts';
import type { Scheme } from '../scheme.ts';
import type { Preparation } from '../write/preparation.ts';
import type { MetricsSource } from './metrics-source.ts';

export interface RouteParts extends ResourceParts {
  scheme: Scheme;
  preparation: Preparation;
  /** For TokenReviews. */
  authenticator: Authenticator;
  /** For access reviews. */
  authorizer: Authorizer;
  /** Signs the tokens of service accounts. */
  tokenKey: TokenKey;
  /** For `kubectl top` and the autoscaler. */
  metrics: MetricsSource;
}

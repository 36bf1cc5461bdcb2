// Every route that the generic handler does not serve, by the name under which the API server looks it up.

import type { ResourceRoute } from '../api-server.ts';
import { bindingRoute } from './binding.ts';
import { evictionRoute } from './eviction.ts';
import { finalizeRoute } from './finalize.ts';
import { logRoute } from './pod-log.ts';
import { attachRoute, execRoute, portForwardRoute } from './pod-stream.ts';
import { reviewRoutes } from './reviews.ts';
import type { RouteParts } from './route-parts.ts';
import { scaleRoute } from './scale.ts';
import { tokenRoute } from './token.ts';
import { nodeMetricsRoute, podMetricsRoute } from './usage.ts';

export function resourceRoutes(parts: RouteParts): ReadonlyMap<string, ResourceRoute> {
  return new Map<string, ResourceRoute>([
    ['bindings', bindingRoute(parts)],
    ['pods/binding', bindingRoute(parts)],
    ['pods/eviction', evictionRoute(parts)],
    ['pods/log', logRoute(parts)],
    ['pods/exec', execRoute(parts)],
    ['pods/attach', attachRoute(parts)],
    ['pods/portforward', portForwardRoute(parts)],
    ['*/scale', scaleRoute(parts)],
    ['namespaces/finalize', finalizeRoute(parts)],
    ['serviceaccounts/token', tokenRoute(parts)],
    ...reviewRoutes(parts),
    ['nodes.metrics.k8s.io', nodeMetricsRoute(parts)],
    ['pods.metrics.k8s.io', podMetricsRoute(parts)],
  ]);
}

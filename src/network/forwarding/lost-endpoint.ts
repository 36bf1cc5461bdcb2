// Whether an endpoint that did not answer is gone for good, with its machine: whoever waits for it would wait until the node is given up.

import type { ForwardEndpoint } from './model.ts';
import type { ConnectTo } from './relay.ts';

/** On a line that loses packets one attempt says little: of these, on one that loses a third, all fail in one case of fifty. */
const attempts = 5;

/**
 * Resolves to true when further attempts, all at once, are met with silence as well, and nobody has heard from it meanwhile: not one that
 * refuses, nor one that is only busy, whose kernel answers for it. `heard` is a number that grows when it says something.
 */
export async function isLost(
  endpoint: ForwardEndpoint,
  heard: () => number,
  connectTo: ConnectTo,
  timeoutMs: number,
): Promise<boolean> {
  const before = heard();
  const results = await Promise.all(Array.from({ length: attempts }, () => connectTo(endpoint, timeoutMs)));
  for (const result of results) if (typeof result !== 'string') result.destroy();
  return results.every((result) => result === 'silent') && heard() === before;
}

// Whether a server that did not answer a connection is gone with its machine: nobody would ever say so, and who has a request there would wait.

import type { Probe, ProbeTarget } from './probe.ts';

/** On a line that loses packets one attempt says little: of these, on one that loses a third, all fail in one case of fifty. */
const attempts = 5;

/**
 * Resolves to true when further attempts, all at once, are met with silence as well, and nobody has heard of it meanwhile. `heard` is a
 * number that grows when somebody does.
 */
export async function isSilent(target: ProbeTarget, heard: () => number, probe: Probe): Promise<boolean> {
  const before = heard();
  const results = await Promise.all(Array.from({ length: attempts }, () => probe(target)));
  return results.every(({ status }) => status === 'L4TOUT') && heard() === before;
}

// The filter that keeps a node from being overcommitted: the sum of requests stays within what the node offers.

import { type Filter, fits } from './filter.ts';

export const resources: Filter = (pod) => {
  const wanted = [...pod.requests].filter(([, amount]) => amount > 0);
  return (node) => {
    const reasons: string[] = [];
    if (node.pods.size + 1 > (node.allocatable.get('pods') ?? 0)) reasons.push('Too many pods');
    for (const [name, amount] of wanted) {
      const free = (node.allocatable.get(name) ?? 0) - (node.requested.get(name) ?? 0);
      if (amount > free) reasons.push(`Insufficient ${name}`);
    }
    return reasons.length > 0 ? reasons : fits;
  };
};

// Filters that look at the node alone: cordon, requested name, selector and affinity, taints, host ports.

import { isChoosy, nodeIsWanted } from '../node-affinity.ts';
import { isTolerated, untolerated } from '../taints.ts';
import { type Filter, fits } from './filter.ts';

const blockingEffects = ['NoSchedule', 'NoExecute'];

export const cordon: Filter = ({ pod }) => {
  const reasons = ['node(s) were unschedulable'];
  return ({ cordon: taint }) => (taint && !isTolerated(taint, pod) ? reasons : fits);
};

export const nodeName: Filter = ({ pod }) => {
  const wanted = pod.spec.nodeName;
  if (!wanted) return undefined;
  const reasons = ["node(s) didn't match the requested node name"];
  return (node) => (node.name === wanted ? fits : reasons);
};

export const nodeAffinity: Filter = ({ pod }) => {
  if (!isChoosy(pod)) return undefined;
  const reasons = ["node(s) didn't match Pod's node affinity/selector"];
  return ({ node }) => (node && nodeIsWanted(pod, node) ? fits : reasons);
};

export const taints: Filter =
  ({ pod }) =>
  (node) => {
    if (node.taints.length === 0) return fits;
    const taint = untolerated(node.taints, pod, blockingEffects);
    return taint ? [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`] : fits;
  };

export const hostPorts: Filter = (pod) => {
  if (pod.hostPorts.length === 0) return undefined;
  const reasons = ["node(s) didn't have free ports for the requested pod ports"];
  return (node) => (pod.hostPorts.every((port) => node.hasFree(port)) ? fits : reasons);
};

// What `kubectl get deployments` and `kubectl get replicasets` show.

import { ageColumn, integer, nameColumn, text, wide } from '../columns.ts';
import type { V1Deployment, V1LabelSelector, V1PodTemplateSpec, V1ReplicaSet } from '../generated/types.ts';
import type { Column } from '../kind.ts';
import { labelSelectorFromObject } from '../selectors.ts';

interface Templated {
  spec?: { template?: V1PodTemplateSpec; selector?: V1LabelSelector };
}

function containers(object: Templated): string {
  return (object.spec?.template?.spec?.containers ?? []).map(({ name }) => name).join(',');
}

function images(object: Templated): string {
  return (object.spec?.template?.spec?.containers ?? []).map(({ image }) => image ?? '').join(',');
}

function selectorText(selector: V1LabelSelector | undefined): string {
  try {
    return labelSelectorFromObject(selector).toString();
  } catch {
    // Only an object stored before a rule was tightened: a table must still be drawn.
    return '<invalid>';
  }
}

export const deploymentColumns: Column<V1Deployment>[] = [
  nameColumn,
  text(
    'Ready',
    ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    'Number of the pod with ready state',
  ),
  text(
    'Up-to-date',
    ({ status }) => status?.updatedReplicas ?? 0,
    'Total number of non-terminated pods targeted by this deployment that have the desired template spec.',
  ),
  text(
    'Available',
    ({ status }) => status?.availableReplicas ?? 0,
    'Total number of available pods (ready for at least minReadySeconds) targeted by this deployment.',
  ),
  ageColumn,
  wide('Containers', containers, 'Names of each container in the template.'),
  wide('Images', images, 'Images referenced by each container in the template.'),
  wide('Selector', ({ spec }) => selectorText(spec?.selector), 'Label selector for pods.'),
];

export const replicaSetColumns: Column<V1ReplicaSet>[] = [
  nameColumn,
  integer('Desired', ({ spec }) => spec?.replicas ?? 0, 'The number of desired pods.'),
  integer('Current', ({ status }) => status?.replicas ?? 0, 'The most recently observed number of pods.'),
  integer('Ready', ({ status }) => status?.readyReplicas ?? 0, 'The number of pods with a Ready condition.'),
  ageColumn,
  wide('Containers', containers, 'Names of each container in the template.'),
  wide('Images', images, 'Images referenced by each container in the template.'),
  wide('Selector', ({ spec }) => selectorText(spec?.selector) || '<none>', 'Label selector for pods.'),
];

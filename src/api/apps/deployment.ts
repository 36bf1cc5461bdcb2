// apps/v1 Deployment.

import { podSpecWarnings } from '../core/pod-warnings.ts';
import type { V1Deployment } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { deploymentColumns } from './deployment-columns.ts';
import { deploymentDefaults } from './deployment-defaults.ts';
import { deploymentErrors } from './deployment-rules.ts';
import { selectorChangeErrors } from './workload-rules.ts';

export const deployment = declareKind<V1Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.apps.v1.Deployment',
  generation: true,
  subresources: {
    status: true,
    scale: {
      specReplicas: '.spec.replicas',
      statusReplicas: '.status.replicas',
      labelSelector: '.spec.selector',
    },
  },
  columns: deploymentColumns,
  prepareCreate(object) {
    object.status = {};
  },
  defaults: deploymentDefaults,
  validate: deploymentErrors,
  validateUpdate: (object, old) => selectorChangeErrors(object.spec, old.spec),
  warnings: (object, old) =>
    podSpecWarnings(object.spec.template?.spec, 'spec.template.spec', old?.spec.template?.spec),
});

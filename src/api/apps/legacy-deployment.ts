// The Deployments of old tutorials: apps/v1beta1, apps/v1beta2 and extensions/v1beta1. Accepted with their old defaults
// and a warning, stored as apps/v1.

import type { V1Deployment } from '../generated/types.ts';
import { declareKind, type Kind } from '../kind.ts';
import { type AnyObject, apiVersionOf } from '../object.ts';
import type { Schema } from '../schema.ts';
import { deployment } from './deployment.ts';
import { deploymentDefaults } from './deployment-defaults.ts';

/** apps/v1 with what has gone since: an optional selector and rollbackTo. */
type LegacyDeployment = V1Deployment & { spec: { rollbackTo?: { revision?: number } } };

const apps = 'io.k8s.api.apps.v1';
const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const int32: Schema = { type: 'integer', format: 'int32' };

const specSchema: Schema = {
  type: 'object',
  description: 'Specification of the desired behavior of the Deployment.',
  required: ['template'],
  properties: {
    minReadySeconds: int32,
    paused: { type: 'boolean' },
    progressDeadlineSeconds: int32,
    replicas: int32,
    revisionHistoryLimit: int32,
    rollbackTo: {
      type: 'object',
      description: 'Ignored: use `kubectl rollout undo`.',
      properties: { revision: { type: 'integer', format: 'int64' } },
    },
    selector: { $ref: `${meta}.LabelSelector` },
    strategy: { $ref: `${apps}.DeploymentStrategy`, 'x-kubernetes-patch-strategy': 'retainKeys' },
    template: { $ref: 'io.k8s.api.core.v1.PodTemplateSpec' },
  },
};

function schemaOf(group: string, version: string): Schema {
  return {
    type: 'object',
    description: 'Deployment enables declarative updates for Pods and ReplicaSets. Deprecated: use apps/v1.',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: `${meta}.ObjectMeta` },
      spec: specSchema,
      status: { $ref: `${apps}.DeploymentStatus` },
    },
    'x-kubernetes-group-version-kind': [{ group, version, kind: 'Deployment' }],
  };
}

/** In these versions a missing selector means the template's labels (in apps/v1beta2 it was required already). */
function legacyDefaults(object: LegacyDeployment): void {
  const labels = object.spec?.template?.metadata?.labels;
  if (labels && !object.spec.selector) object.spec.selector = { matchLabels: { ...labels } };
  deploymentDefaults(object);
}

function toApps(object: LegacyDeployment): AnyObject {
  const stored = structuredClone(object);
  legacyDefaults(stored);
  stored.apiVersion = deployment.apiVersion;
  if (stored.spec) delete stored.spec.rollbackTo;
  return stored as AnyObject;
}

function declareLegacy(group: string, version: string, deprecatedIn: string): Kind<LegacyDeployment> {
  const apiVersion = apiVersionOf(group, version);
  return declareKind<LegacyDeployment>({
    ...deployment,
    group,
    version,
    schema: schemaOf(group, version),
    // `deploy` and `all` mean apps/v1; kubectl would warn of the ambiguity each time.
    ...{ shortNames: [], categories: [] },
    defaults: legacyDefaults,
    stored: {
      group: deployment.group,
      version: deployment.version,
      to: toApps,
      from: (object) => ({ ...object, apiVersion }) as unknown as LegacyDeployment,
    },
    deprecation: `${apiVersion} Deployment is deprecated in ${deprecatedIn}+, unavailable in v1.16+; use apps/v1 Deployment`,
  });
}

export const legacyDeployments = [
  declareLegacy('apps', 'v1beta1', 'v1.8'),
  declareLegacy('apps', 'v1beta2', 'v1.9'),
  declareLegacy('extensions', 'v1beta1', 'v1.8'),
];

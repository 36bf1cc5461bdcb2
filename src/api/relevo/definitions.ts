// Relevo's own kinds, as ordinary CustomResourceDefinitions: the embedded cluster installs them at every start, on Kubernetes they are applied.

import type {
  V1CustomResourceColumnDefinition,
  V1CustomResourceDefinitionNames,
  V1CustomResourceDefinitionSpec,
} from '../generated/types.ts';
import type { Schema } from '../schema.ts';
import { backendPolicySchema } from './backend-policy.ts';
import { balancerSchema } from './balancer-schema.ts';
import { relevoGroup as group, relevoVersion as version } from './resources.ts';

/** A definition as a person would write it. */
export interface DefinitionManifest {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string };
  spec: V1CustomResourceDefinitionSpec;
}

interface RelevoKind {
  scope: 'Namespaced' | 'Cluster';
  names: V1CustomResourceDefinitionNames;
  schema: Schema;
  columns: V1CustomResourceColumnDefinition[];
}

/** A kind with a status. */
function definitionOf({ scope, names, schema, columns }: RelevoKind): DefinitionManifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      scope,
      names: { ...names, categories: ['relevo'] },
      versions: [
        {
          ...{ name: version, served: true, storage: true },
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
          additionalPrinterColumns: columns,
        },
      ],
    },
  };
}

const age: V1CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'The time since the object was created.',
  jsonPath: '.metadata.creationTimestamp',
};

const backendPolicy = definitionOf({
  scope: 'Namespaced',
  names: { kind: 'BackendPolicy', plural: 'backendpolicies', singular: 'backendpolicy', shortNames: ['bp'] },
  schema: backendPolicySchema,
  columns: [
    {
      name: 'Service',
      type: 'string',
      description: 'The Service that it is for.',
      jsonPath: '.spec.targetRef.name',
    },
    {
      name: 'Balance',
      type: 'string',
      description: 'How a request finds its server.',
      jsonPath: '.spec.balance',
    },
    {
      name: 'Backup',
      type: 'string',
      description: 'Whether backups are kept hot or started cold.',
      jsonPath: '.spec.backup.start',
    },
    {
      name: 'Accepted',
      type: 'string',
      description: 'Whether the policy is in force.',
      jsonPath: '.status.conditions[?(@.type=="Accepted")].status',
    },
    {
      name: 'Reason',
      type: 'string',
      description: 'Why the policy is in force, or why not.',
      priority: 1,
      jsonPath: '.status.conditions[?(@.type=="Accepted")].reason',
    },
    age,
  ],
});

const balancer = definitionOf({
  scope: 'Cluster',
  names: { kind: 'Balancer', plural: 'balancers', singular: 'balancer' },
  schema: balancerSchema,
  columns: [
    {
      name: 'Engine',
      type: 'string',
      description: 'What moves its traffic.',
      jsonPath: '.status.engine',
    },
    {
      name: 'Backends',
      type: 'integer',
      description: 'How many backends there are.',
      jsonPath: '.status.totals.backends',
    },
    {
      name: 'Servers',
      type: 'integer',
      description: 'How many servers they have.',
      jsonPath: '.status.totals.servers',
    },
    {
      name: 'Active',
      type: 'integer',
      description: 'How many of the servers new requests may go to.',
      jsonPath: '.status.totals.active',
    },
    {
      name: 'Sorry',
      type: 'integer',
      description: 'How many backends show their sorry page.',
      jsonPath: '.status.totals.sorry',
    },
    {
      name: 'Awaited',
      type: 'string',
      description: 'Whether pods end only when it has let go of them.',
      jsonPath: '.status.conditions[?(@.type=="DeparturesAwaited")].status',
    },
    {
      name: 'Version',
      type: 'string',
      description: 'The version of the program.',
      priority: 1,
      jsonPath: '.status.version',
    },
    age,
  ],
});

export const relevoDefinitions: readonly DefinitionManifest[] = [backendPolicy, balancer];

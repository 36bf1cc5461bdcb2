// Relevo's own kinds, as ordinary CustomResourceDefinitions: the embedded cluster installs them at every start, on Kubernetes they are applied.

import type {
  V1CustomResourceColumnDefinition,
  V1CustomResourceDefinitionNames,
  V1CustomResourceDefinitionSpec,
} from '../generated/types.ts';
import type { Schema } from '../schema.ts';
import { backendPolicySchema } from './backend-policy.ts';

/** A definition as a person would write it. */
export interface DefinitionManifest {
  apiVersion: 'apiextensions.k8s.io/v1';
  kind: 'CustomResourceDefinition';
  metadata: { name: string };
  spec: V1CustomResourceDefinitionSpec;
}

const group = 'relevo.dev';
const version = 'v1alpha1';

interface RelevoKind {
  names: V1CustomResourceDefinitionNames;
  schema: Schema;
  columns: V1CustomResourceColumnDefinition[];
}

/** A namespaced kind with a status. */
function definitionOf({ names, schema, columns }: RelevoKind): DefinitionManifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
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

export const relevoDefinitions: readonly DefinitionManifest[] = [backendPolicy];

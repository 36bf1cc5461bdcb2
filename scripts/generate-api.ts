// Generates src/api/generated/ from the official Kubernetes client (a development dependency): definitions.json,
// descriptions.json and types.ts. `--check` writes nothing and fails when a file is not what would be written.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateDefinitions } from './generate-api/definitions.ts';
import { printTypes } from './generate-api/print-types.ts';

const directory = join(import.meta.dirname, '../src/api/generated');

/** The kinds that are served, and the types of the wire protocol. Their list kinds and everything they name come along. */
const roots = [
  'V1Namespace',
  'V1Node',
  'V1Pod',
  'V1Binding',
  'V1Service',
  'V1Endpoints',
  'V1ConfigMap',
  'V1Secret',
  'CoreV1Event',
  'V1ServiceAccount',
  'AuthenticationV1TokenRequest',
  'V1TokenReview',
  'V1SelfSubjectReview',
  'V1Eviction',
  'V1PodDisruptionBudget',
  'V1Scale',
  'V1HorizontalPodAutoscaler',
  'V2HorizontalPodAutoscaler',
  'V1Deployment',
  'V1ReplicaSet',
  'V1EndpointSlice',
  'V1Ingress',
  'V1IngressClass',
  'V1Lease',
  'V1Role',
  'V1ClusterRole',
  'V1RoleBinding',
  'V1ClusterRoleBinding',
  'V1SubjectAccessReview',
  'V1SelfSubjectAccessReview',
  'V1LocalSubjectAccessReview',
  'V1SelfSubjectRulesReview',
  'V1CustomResourceDefinition',
  'EventsV1Event',
  'V1Status',
  'V1DeleteOptions',
  'V1APIGroupList',
  'V1APIResourceList',
  'V1APIVersions',
  'VersionInfo',
];

/** One entry a line, so that a change shows as the lines it touches. */
function printJson(record: Record<string, unknown>): string {
  const lines = Object.entries(record).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

function current(file: string): string | undefined {
  try {
    return readFileSync(join(directory, file), 'utf8');
  } catch {
    return undefined;
  }
}

const { definitions, descriptions } = await generateDefinitions(roots);
const files: Record<string, string> = {
  'definitions.json': printJson(definitions),
  'descriptions.json': printJson(descriptions),
  'types.ts': printTypes(definitions),
};
const stale = Object.keys(files).filter((file) => current(file) !== files[file]);

if (!process.argv.includes('--check')) {
  for (const file of stale) writeFileSync(join(directory, file), files[file] ?? '');
} else if (stale.length > 0) {
  console.error(`src/api/generated is not fresh (${stale.join(', ')}): run node scripts/generate-api.ts`);
  process.exitCode = 1;
}

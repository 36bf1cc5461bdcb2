import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import table from '../generated/definitions.json' with { type: 'json' };
import descriptions from '../generated/descriptions.json' with { type: 'json' };
import type { Schema } from '../schema.ts';
import { definition } from './definitions.ts';

const definitions = table as unknown as Record<string, Schema>;
const texts = descriptions as Record<string, Record<string, string>>;

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : resolved(definition(schema.$ref));
}

function* schemasIn(schema: Schema): Generator<Schema> {
  yield schema;
  for (const property of Object.values(schema.properties ?? {})) yield* schemasIn(property);
  if (schema.items) yield* schemasIn(schema.items);
  if (typeof schema.additionalProperties === 'object') yield* schemasIn(schema.additionalProperties);
  for (const option of schema.anyOf ?? []) yield* schemasIn(option);
}

test('the generated files are what the generator writes', () => {
  const generator = join(import.meta.dirname, '../../../scripts/generate-api.ts');
  const run = spawnSync(process.execPath, [generator, '--check'], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
});

test('every reference leads to a definition', () => {
  for (const schema of Object.values(definitions)) {
    for (const part of schemasIn(schema)) if (part.$ref) assert.ok(resolved(part), part.$ref);
  }
});

test('every type and every field is described', () => {
  for (const [name, schema] of Object.entries(definitions)) {
    for (const field of ['', ...Object.keys(schema.properties ?? {})]) {
      assert.ok(texts[name]?.[field], `${name} ${field}`);
    }
  }
});

test('every list says how it is merged, and keys exist in its items', () => {
  for (const [name, { properties = {} }] of Object.entries(definitions)) {
    for (const [field, schema] of Object.entries(properties)) {
      const isListOfObjects = field === 'items' && name.endsWith('List');
      if (schema.type !== 'array' || isListOfObjects || name.endsWith('.APIResource')) continue;
      assert.ok(schema['x-kubernetes-list-type'], `${name}.${field}`);
      const item = resolved(schema.items ?? {});
      const keys = [...(schema['x-kubernetes-list-map-keys'] ?? [])];
      const mergeKey = schema['x-kubernetes-patch-merge-key'];
      if (mergeKey) keys.push(mergeKey);
      for (const key of keys) assert.ok(item.properties?.[key], `${name}.${field} by ${key}`);
    }
  }
});

test('keys of a list map are required or have a default', () => {
  const exceptions = ['imagePullSecrets', 'secrets'];
  for (const [name, { properties = {} }] of Object.entries(definitions)) {
    for (const [field, schema] of Object.entries(properties)) {
      if (exceptions.includes(field)) continue;
      const item = resolved(schema.items ?? {});
      for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
        const known = item.required?.includes(key) || item.properties?.[key]?.default !== undefined;
        assert.ok(known, `${name}.${field} by ${key}`);
      }
    }
  }
});

test('list types, merge keys and patch strategies are those of Kubernetes 1.32', () => {
  const cases: [string, string, string][] = [
    ['core.v1.PodSpec', 'containers', 'map name / merge name'],
    ['core.v1.PodSpec', 'volumes', 'map name / merge,retainKeys name'],
    ['core.v1.PodSpec', 'tolerations', 'atomic'],
    ['core.v1.PodSpec', 'topologySpreadConstraints', 'map topologyKey,whenUnsatisfiable / merge topologyKey'],
    ['core.v1.PodSpec', 'imagePullSecrets', 'map name / merge name'],
    ['core.v1.PodStatus', 'hostIPs', 'atomic / merge ip'],
    ['core.v1.PodStatus', 'containerStatuses', 'atomic'],
    ['core.v1.Container', 'ports', 'map containerPort,protocol / merge containerPort'],
    ['core.v1.Container', 'command', 'atomic'],
    ['core.v1.EphemeralContainer', 'env', 'map name / merge name'],
    ['core.v1.ServiceSpec', 'ports', 'map port,protocol / merge port'],
    ['core.v1.ServiceAccount', 'imagePullSecrets', 'atomic'],
    ['core.v1.NodeSpec', 'podCIDRs', 'set / merge'],
    ['core.v1.NodeStatus', 'conditions', 'map type / merge type'],
    ['apps.v1.DeploymentSpec', 'strategy', '/ retainKeys'],
    ['policy.v1.PodDisruptionBudgetSpec', 'selector', '/ replace'],
    ['discovery.v1.Endpoint', 'addresses', 'set'],
    ['rbac.v1.Role', 'rules', 'atomic'],
  ];
  for (const [type, field, expected] of cases) {
    const schema = definition(`io.k8s.api.${type}`).properties?.[field] ?? {};
    const keys = schema['x-kubernetes-list-map-keys']?.join(',');
    const list = [schema['x-kubernetes-list-type'], keys];
    const patch = [schema['x-kubernetes-patch-strategy'], schema['x-kubernetes-patch-merge-key']];
    const shown = [...list, ...(patch[0] ? ['/', ...patch] : [])].filter(Boolean).join(' ');
    assert.equal(shown, expected, `${type}.${field}`);
  }
});

test('an unknown definition is an error that names it', () => {
  assert.throws(() => definition('io.k8s.api.core.v1.Pot'), /no definition io\.k8s\.api\.core\.v1\.Pot/);
  assert.throws(() => definition('constructor'), /no definition constructor/);
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { customResourceDefinition } from '../apiextensions/custom-resource-definition.ts';
import type { V1CustomResourceDefinition } from '../generated/types.ts';
import { applySchemaDefaults } from '../schema/default-values.ts';
import { validateStructure } from '../schema/structural.ts';
import { findUnknownFields } from '../schema/unknown-fields.ts';
import type { Schema } from '../schema.ts';
import { backendPolicySchema } from './backend-policy.ts';
import { relevoDefinitions } from './definitions.ts';

function fieldsWithoutDescription(schema: Schema, path: string): string[] {
  const here = schema.description ? [] : [path];
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    fieldsWithoutDescription(property, `${path}.${name}`),
  );
  const properties = schema.items?.properties;
  return [
    ...here,
    ...below,
    ...(properties ? fieldsWithoutDescription(schema.items as Schema, `${path}[]`) : []),
  ];
}

describe("Relevo's definitions", () => {
  for (const manifest of relevoDefinitions) {
    const definition = structuredClone(manifest) as V1CustomResourceDefinition;
    customResourceDefinition.defaults?.(definition);

    it(`${manifest.metadata.name} is valid`, () => {
      assert.deepEqual(customResourceDefinition.validate?.(definition), []);
    });

    it(`${manifest.metadata.name} describes every field`, () => {
      const missing = manifest.spec.versions.flatMap(({ schema }) =>
        fieldsWithoutDescription(schema?.openAPIV3Schema as Schema, ''),
      );
      assert.deepEqual(missing, []);
    });
  }
});

/** As the design documents it. */
const documented = `
targetRef: { kind: Service, name: web }
balance: roundrobin
check: { http: { path: /healthz, expect: "200-399" }, inter: 500ms, timeout: 250ms, rise: 2, fall: 2 }
observe: { failures: 3, ejectFor: 2s }
retries: { attempts: 2, redispatch: true }
persistence: { cookie: { name: JSESSIONID, mode: prefix } }
servers: { maxconn: 200, slowstart: 5s }
queue: { timeout: 2s, max: 1000 }
backup:
  selector: { matchLabels: { tier: backup } }
  activate: { whenReadyBelow: 100%, whenBusyAbove: 90%, for: 300ms }
  release: { whenBusyBelow: 70%, after: 10s }
  start: hot
sorry: { configMap: { name: sorry, key: index.html }, retryAfter: 5 }
drain: { timeout: 30s }
timeouts: { connect: 1s, server: 30s, client: 30s, idle: 60s, tunnel: 1h }
`;

function policy(spec: unknown): { spec: Record<string, unknown> } {
  const object = { spec: structuredClone(spec) } as { spec: Record<string, unknown> };
  applySchemaDefaults(backendPolicySchema, object);
  return object;
}

const targetRef = { name: 'web' };

describe('BackendPolicy', () => {
  it('takes the policy of the design as it is', () => {
    const object = policy(parse(documented));
    assert.deepEqual(findUnknownFields(backendPolicySchema, object), []);
    assert.deepEqual(validateStructure(backendPolicySchema, object), []);
  });

  it('shows what is in force where nothing is said', () => {
    assert.deepEqual(policy({ targetRef }).spec, {
      targetRef: { kind: 'Service', name: 'web' },
      balance: 'roundrobin',
      observe: { failures: 3, ejectFor: '2s', maxEjected: '50%' },
      retries: { attempts: 2, redispatch: true },
      servers: { from: 'pods' },
      queue: { max: 1000 },
      drain: { timeout: '30s' },
      timeouts: { connect: '1s', server: '30s', client: '30s', idle: '60s', tunnel: '1h', queue: '2s' },
    });
  });

  it('calls backups in for every lost primary, and lets them go later', () => {
    const { backup } = policy({ targetRef, backup: { selector: {} } }).spec;
    assert.deepEqual(backup, {
      selector: {},
      activate: { whenReadyBelow: '100%', whenBusyAbove: '90%', for: '300ms' },
      release: { whenBusyBelow: '70%', after: '10s' },
      start: 'hot',
      max: 10,
      slowstart: false,
    });
  });

  const refused: [what: string, spec: object, field: string][] = [
    ['no target', { targetRef: undefined }, 'spec.targetRef'],
    ['another kind of target', { targetRef: { kind: 'Pod', name: 'web' } }, 'spec.targetRef.kind'],
    ['an unknown balance', { balance: 'fastest' }, 'spec.balance'],
    ['a duration without a unit', { check: { inter: '500' } }, 'spec.check.inter'],
    ['a duration of days', { drain: { timeout: '1d' } }, 'spec.drain.timeout'],
    ['status codes that are none', { check: { http: { expect: '200-999' } } }, 'spec.check.http.expect'],
    ['another method', { check: { http: { method: 'POST' } } }, 'spec.check.http.method'],
    ['a header without a name', { check: { http: { header: {} } } }, 'spec.check.http.header.name'],
    ['a path without a slash', { check: { http: { path: 'health' } } }, 'spec.check.http.path'],
    ['more than all', { observe: { maxEjected: '101%' } }, 'spec.observe.maxEjected'],
    ['no failure at all', { observe: { failures: 0 } }, 'spec.observe.failures'],
    ['a cookie of two words', { persistence: { cookie: { name: 'a b' } } }, 'spec.persistence.cookie.name'],
    ['backups that are nobody', { backup: {} }, 'spec.backup.selector'],
    ['lukewarm backups', { backup: { selector: {}, start: 'warm' } }, 'spec.backup.start'],
    ['maintenance without an end', { maintenance: {} }, 'spec.maintenance.until'],
  ];
  for (const [what, change, field] of refused) {
    it(`refuses ${what}`, () => {
      const spec = JSON.parse(JSON.stringify({ targetRef, ...change }));
      const errors = validateStructure(backendPolicySchema, policy(spec));
      assert.deepEqual(
        errors.map((error) => error.field),
        [field],
      );
    });
  }
});

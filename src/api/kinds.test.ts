// The list of kinds: each is declared once, is described by a schema, and has columns that bear a bare object.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { event as coreEvent } from './core/event.ts';
import { event } from './events/event.ts';
import { kinds } from './kinds.ts';
import type { AnyObject } from './object.ts';
import { definition } from './schema/definitions.ts';

function bare(kind: { apiVersion: string; kind: string }): AnyObject {
  return {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    metadata: { name: 'a', namespace: 'b', uid: '', resourceVersion: '', creationTimestamp: '' },
  };
}

describe('the kinds', () => {
  it('are declared once', () => {
    const names = kinds.map((kind) => `${kind.apiVersion} ${kind.plural}`);
    assert.equal(new Set(names).size, names.length);
  });

  for (const kind of kinds) {
    it(`has a schema for ${kind.apiVersion} ${kind.kind}`, () => {
      const schema = typeof kind.schema === 'string' ? definition(kind.schema) : kind.schema;
      assert.ok(schema.properties?.metadata);
    });

    it(`says what a ${kind.apiVersion} ${kind.kind} with nothing in it lacks, without failing`, () => {
      const object = bare(kind);
      kind.prepareCreate?.(object);
      kind.defaults?.(object);
      assert.ok(Array.isArray(kind.validate?.(object) ?? []));
      assert.ok(Array.isArray(kind.warnings?.(object) ?? []));
      for (const read of Object.values(kind.fields ?? {})) assert.equal(typeof read(object), 'string');
    });
  }
});

describe('events of both groups', () => {
  const text = fc.option(fc.string(), { nil: undefined });
  it('are the same, whichever way they are read', () => {
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.option(fc.nat(), { nil: undefined }),
        (note, reason, reportingController, deprecatedCount) => {
          const object = {
            ...bare(event),
            regarding: { kind: 'Pod' },
            eventTime: 't',
            ...(note === undefined ? {} : { note }),
            ...(reason === undefined ? {} : { reason }),
            ...(reportingController === undefined ? {} : { reportingController }),
            ...(deprecatedCount === undefined ? {} : { deprecatedCount }),
          };
          const stored = event.stored?.to(object as never) as AnyObject;
          assert.equal(stored.apiVersion, coreEvent.apiVersion);
          assert.deepEqual(event.stored?.from(stored), object);
        },
      ),
    );
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noRefs, sampleSchema } from '../../../tests/support/sample-kind.ts';
import { jsonClone } from '../../base/json-clone.ts';
import type { AnyObject, ManagedFieldsEntry } from '../object.ts';
import { definition } from '../schema/definitions.ts';
import { StatusError } from '../status.ts';
import { applyServerSide, defaultManager, updateManagedFields } from './managed-fields.ts';

const start = Date.UTC(2024, 0, 1);
const schema = definition('io.k8s.api.apps.v1.Deployment');

interface Request {
  by: string;
  at?: number;
  subresource?: string;
  force?: boolean;
}

function optionsOf({ by, at = 0, ...rest }: Request) {
  return {
    manager: by,
    apiVersion: 'apps/v1',
    now: start + at * 1000,
    schema,
    resolveRef: definition,
    ...rest,
  };
}

function deployment(spec: object, metadata: object = {}): AnyObject {
  const meta = { name: 'web', namespace: 'default', ...metadata };
  return jsonClone({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: meta,
    spec,
  }) as unknown as AnyObject;
}

/** As the server would store an update. */
function updated(live: AnyObject | undefined, next: AnyObject, request: Request): AnyObject {
  const managedFields = updateManagedFields(live, next, optionsOf(request));
  const { managedFields: _, ...metadata } = next.metadata;
  return { ...next, metadata: managedFields ? { ...metadata, managedFields } : metadata };
}

function applied(live: AnyObject | undefined, config: AnyObject, request: Request): AnyObject {
  return applyServerSide(live, config, optionsOf(request)).object;
}

function entriesOf(object: AnyObject): string[] {
  return (object.metadata.managedFields ?? []).map(
    ({ manager, operation, time, fieldsV1 }) =>
      `${manager} ${operation} ${time?.slice(14)} ${JSON.stringify(fieldsV1)}`,
  );
}

function refusal(action: () => unknown): StatusError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StatusError);
    return error;
  }
  assert.fail('it was accepted');
}

const container = { name: 'web', image: 'nginx:1', ports: [{ containerPort: 80, protocol: 'TCP' }] };

test('creation gives every field to the creator, as Kubernetes writes it', () => {
  const next = deployment(
    {
      replicas: 3,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
    },
    { uid: 'u', creationTimestamp: '2024-01-01T00:00:00Z', generation: 1, labels: { app: 'web' } },
  );
  const entry: ManagedFieldsEntry = {
    manager: 'kubectl-create',
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: '2024-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
      'f:spec': {
        'f:replicas': {},
        'f:selector': {},
        'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
        'f:template': {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:containers': {
              '.': {},
              'k:{"name":"web"}': {
                '.': {},
                'f:image': {},
                'f:name': {},
                'f:ports': {
                  '.': {},
                  'k:{"containerPort":80,"protocol":"TCP"}': {
                    '.': {},
                    'f:containerPort': {},
                    'f:protocol': {},
                  },
                },
              },
            },
          },
        },
      },
    },
  };
  const result = updateManagedFields(undefined, next, optionsOf({ by: 'kubectl-create' }));
  assert.equal(JSON.stringify(result), JSON.stringify([entry]));
});

test('a changed field goes to who changed it, removed ones go from everybody, empty entries vanish', () => {
  const v1 = updated(undefined, deployment({ replicas: 1, paused: true }), { by: 'a' });
  const v2 = updated(v1, deployment({ replicas: 2, paused: true }, v1.metadata), { by: 'b', at: 1 });
  assert.deepEqual(entriesOf(v2), [
    'a Update 00:00Z {"f:spec":{"f:paused":{}}}',
    'b Update 00:01Z {"f:spec":{"f:replicas":{}}}',
  ]);
  const v3 = updated(v2, deployment({ replicas: 2 }, v2.metadata), { by: 'b', at: 2 });
  assert.deepEqual(entriesOf(v3), ['b Update 00:01Z {"f:spec":{"f:replicas":{}}}']);
});

test('a write that changes nothing keeps the very same list, whatever the server did to its metadata', () => {
  const live = updated(undefined, deployment({ replicas: 1 }), { by: 'a' });
  const next = deployment({ replicas: 1 }, { ...live.metadata, resourceVersion: '9', generation: 4 });
  assert.equal(updateManagedFields(live, next, optionsOf({ by: 'b', at: 9 })), live.metadata.managedFields);
});

test('a change of an owned value renews the time, and only of its entry', () => {
  const v1 = updated(undefined, deployment({ replicas: 1 }), { by: 'a' });
  const v2 = updated(v1, deployment({ replicas: 1, paused: true }, v1.metadata), { by: 'b', at: 1 });
  const v3 = updated(v2, deployment({ replicas: 2, paused: true }, v2.metadata), { by: 'a', at: 2 });
  assert.deepEqual(entriesOf(v3), [
    'b Update 00:01Z {"f:spec":{"f:paused":{}}}',
    'a Update 00:02Z {"f:spec":{"f:replicas":{}}}',
  ]);
});

test('subresources are managers of their own and cannot send managedFields', () => {
  const live = updated(undefined, deployment({ replicas: 1 }), { by: 'a' });
  const next = { ...deployment({ replicas: 1 }, { managedFields: [] }), status: { replicas: 1 } };
  const result = updateManagedFields(live, next, optionsOf({ by: 'a', at: 1, subresource: 'status' }));
  assert.deepEqual(
    result?.map((entry) => [entry.manager, entry.subresource, entry.fieldsV1]),
    [
      ['a', undefined, { 'f:spec': { 'f:replicas': {} } }],
      ['a', 'status', { 'f:status': { 'f:replicas': {} } }],
    ],
  );
});

test('a reset object is untracked until it is applied, then the past belongs to before-first-apply', () => {
  for (const managedFields of [[], [{}]]) {
    const live = updated(undefined, deployment({ replicas: 1, paused: true }), { by: 'a' });
    const reset = updated(live, deployment({ replicas: 1, paused: true }, { managedFields }), { by: 'a' });
    assert.equal(reset.metadata.managedFields, undefined);
    const changed = updated(reset, deployment({ replicas: 2, paused: true }), { by: 'a' });
    assert.equal(changed.metadata.managedFields, undefined);
    assert.deepEqual(entriesOf(applied(changed, deployment({ replicas: 2 }), { by: 'me', at: 3 })), [
      'me Apply 00:03Z {"f:spec":{"f:replicas":{}}}',
      'before-first-apply Update 00:03Z {"f:spec":{"f:paused":{},"f:replicas":{}}}',
    ]);
  }
});

test('a valid list sent by the client replaces the stored one; a missing or invalid one does not', () => {
  const live = updated(undefined, deployment({ replicas: 1 }), { by: 'a' });
  const send = (managedFields: unknown) =>
    entriesOf(updated(live, deployment({ replicas: 1 }, { managedFields }), { by: 'c', at: 5 }));
  const [entry] = live.metadata.managedFields ?? [];
  assert.deepEqual(send([{ ...entry, operation: 'Apply' }]), ['a Apply 00:00Z {"f:spec":{"f:replicas":{}}}']);
  const invalid = [
    undefined,
    'x',
    [null],
    [{ ...entry, operation: 'Frob' }],
    [{ ...entry, apiVersion: '' }],
    [{ ...entry, fieldsType: 'FieldsV2' }],
    [{ ...entry, fieldsV1: { spec: {} } }],
    [{ ...entry, time: 'yesterday' }],
    [{ ...entry, manager: 'x'.repeat(129) }],
  ];
  for (const managedFields of invalid) assert.deepEqual(send(managedFields), entriesOf(live));
});

test('an update of an object that does not fit its schema keeps the old owners', () => {
  const live = updated(undefined, deployment({ replicas: 1 }), { by: 'a' });
  const next = deployment({ replicas: 2, template: { spec: { containers: [{ image: 'x' }] } } });
  assert.equal(updateManagedFields(live, next, optionsOf({ by: 'b' })), live.metadata.managedFields);
});

test('applying creates, and applying again changes nothing, not even the time', () => {
  const config = deployment({ replicas: 2 });
  const first = applied(undefined, config, { by: 'me' });
  assert.deepEqual(entriesOf(first), ['me Apply 00:00Z {"f:spec":{"f:replicas":{}}}']);
  const again = applyServerSide(first, config, optionsOf({ by: 'me', at: 60 }));
  assert.deepEqual(again.object, first);
  assert.equal(again.managedFields, first.metadata.managedFields);
});

test('a conflict names the manager and the field, and force takes the field over', () => {
  const live = updated(undefined, deployment({ replicas: 1 }), { by: 'kubectl-client-side-apply' });
  const error = refusal(() => applied(live, deployment({ replicas: 5 }), { by: 'me' }));
  assert.equal(error.code, 409);
  assert.equal(error.reason, 'Conflict');
  assert.equal(
    error.message,
    'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas',
  );
  assert.deepEqual(error.status.details?.causes, [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl-client-side-apply" using apps/v1',
      field: '.spec.replicas',
    },
  ]);
  const forced = applied(live, deployment({ replicas: 5 }), { by: 'me', force: true });
  assert.deepEqual(entriesOf(forced), ['me Apply 00:00Z {"f:spec":{"f:replicas":{}}}']);
});

test('an apply that changes a value, or speaks another version, renews its entry', () => {
  const config = deployment({ replicas: 1 });
  const live = applied(undefined, config, { by: 'me' });
  const scaled = { ...live, spec: { replicas: 3 } };
  assert.deepEqual(entriesOf(applied(scaled, config, { by: 'me', at: 1 })), [
    'me Apply 00:01Z {"f:spec":{"f:replicas":{}}}',
  ]);
  const options = { ...optionsOf({ by: 'me', at: 2 }), apiVersion: 'apps/v2' };
  const { managedFields } = applyServerSide(live, { ...config, apiVersion: 'apps/v2' }, options);
  assert.deepEqual(
    managedFields?.map((entry) => entry.apiVersion),
    ['apps/v2'],
  );
});

test('several conflicts are listed by manager', () => {
  const spec = (image: string) => ({ template: { spec: { containers: [{ name: 'web', image }] } } });
  const one = applied(undefined, deployment({ replicas: 1, ...spec('x') }), { by: 'one' });
  const scaled = { ...jsonClone(one), spec: { ...one.spec, replicas: 3 } };
  const two = updated(one, scaled, { by: 'hpa', subresource: 'scale' });
  const error = refusal(() =>
    applied(two, deployment({ replicas: 9, paused: true, ...spec('y') }), { by: 'me' }),
  );
  assert.equal(
    error.message,
    [
      'Apply failed with 2 conflicts: conflicts with "hpa" with subresource "scale" using apps/v1:',
      '- .spec.replicas',
      'conflicts with "one":',
      '- .spec.template.spec.containers[name="web"].image',
    ].join('\n'),
  );
});

test('the same value is owned together, and stays until its last owner leaves', () => {
  const one = applied(undefined, deployment({ replicas: 1, paused: true }), { by: 'one' });
  const both = applied(one, deployment({ replicas: 1 }), { by: 'two' });
  const left = applied(both, deployment({ paused: true }), { by: 'one', at: 1 });
  assert.deepEqual(left.spec, { replicas: 1, paused: true });
  const { spec: _, ...nothing } = deployment({});
  const gone = applied(left, nothing as AnyObject, { by: 'two', at: 2 });
  assert.deepEqual(gone.spec, { paused: true });
  assert.deepEqual(entriesOf(gone), ['one Apply 00:01Z {"f:spec":{"f:paused":{}}}']);
});

test('what an applier drops goes with its defaults, what an updater owns stays', () => {
  const live = applied(undefined, deployment({ replicas: 1, strategy: { type: 'RollingUpdate' } }), {
    by: 'me',
  });
  const defaulted = jsonClone(live);
  defaulted.spec.strategy.rollingUpdate = { maxSurge: '25%' };
  assert.deepEqual(applied(defaulted, deployment({ replicas: 1 }), { by: 'me' }).spec, { replicas: 1 });
  const tuned = updated(live, defaulted, { by: 'tuner', at: 1 });
  assert.deepEqual(applied(tuned, deployment({ replicas: 1 }), { by: 'me' }).spec, {
    replicas: 1,
    strategy: { rollingUpdate: { maxSurge: '25%' } },
  });
});

test('list items are merged by key, and removed by the applier who owned them', () => {
  const containers = (...list: object[]) => deployment({ template: { spec: { containers: list } } });
  const one = applied(undefined, containers({ name: 'a', image: 'x' }, { name: 'b', image: 'x' }), {
    by: 'one',
  });
  const two = applied(one, containers({ name: 'b', env: [{ name: 'V', value: '1' }] }), { by: 'two' });
  const last = applied(two, containers({ name: 'a', image: 'y' }), { by: 'one' });
  assert.deepEqual(last.spec.template.spec.containers, [
    { name: 'a', image: 'y' },
    { name: 'b', env: [{ name: 'V', value: '1' }] },
  ]);
});

test('a configuration that may not be applied is refused', () => {
  const config = deployment({ replicas: 1 });
  const code = (action: () => unknown) => refusal(action).code;
  const unnamed = refusal(() => applied(undefined, config, { by: '' }));
  assert.equal(unnamed.code, 422);
  assert.equal(
    unnamed.message,
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  );
  const owned = refusal(() => applied(undefined, deployment({}, { managedFields: [] }), { by: 'me' }));
  assert.deepEqual([owned.code, owned.message], [400, 'metadata.managedFields must be nil']);
  assert.equal(
    code(() => applied(undefined, { ...config, apiVersion: 'apps/v1beta1' }, { by: 'me' })),
    400,
  );
  const unknown = refusal(() => applied(undefined, deployment({ replica: 1 }), { by: 'me' }));
  assert.equal(
    unknown.message,
    'failed to create typed patch object (default/web; apps/v1, Kind=Deployment): .spec.replica: field not declared in schema',
  );
});

test('a stored object that does not fit its schema is the fault of the server', () => {
  const live = deployment({ template: { spec: { containers: [{ image: 'x' }] } } });
  const config = deployment({ template: { spec: { containers: [container] } } });
  const error = refusal(() => applied(live, config, { by: 'me' }));
  assert.equal(error.code, 500);
  assert.match(
    error.message,
    /failed to create typed live object \(default\/web; apps\/v1, Kind=Deployment\): assoc/,
  );
});

test('the result shares no structure with the stored object', () => {
  const config = deployment({ replicas: 1, template: { spec: { containers: [container] } } });
  const live = applied(undefined, config, { by: 'me' });
  const before = jsonClone([live, config]);
  const result = applied(live, config, { by: 'me' });
  result.spec.template.spec.containers[0].ports.push('x');
  result.metadata.labels = { changed: 'yes' };
  assert.deepEqual([live, config], before);
});

test('custom resources are applied too, with finalizers and owners of every object', () => {
  const config = {
    apiVersion: 'test/v1',
    kind: 'Sample',
    metadata: { name: 'x', finalizers: ['a'], ownerReferences: [{ uid: 'u', name: 'n' }] },
    spec: { tags: ['t'] },
  } as unknown as AnyObject;
  const options = {
    manager: 'me',
    apiVersion: 'test/v1',
    now: start,
    schema: sampleSchema,
    resolveRef: noRefs,
  };
  const { managedFields } = applyServerSide(undefined, config, options);
  assert.deepEqual(managedFields?.[0]?.fieldsV1, {
    'f:metadata': { 'f:finalizers': { 'v:"a"': {} }, 'f:ownerReferences': { 'k:{"uid":"u"}': {} } },
    'f:spec': { 'f:tags': { 'v:"t"': {} } },
  });
});

test('the default manager is the user agent up to its slash', () => {
  assert.equal(defaultManager('kubectl/v1.32.0 (linux/amd64) kubernetes/70d3cc9'), 'kubectl');
  assert.equal(defaultManager('my\u0000 \u200bagent'), 'my agent');
  assert.equal(defaultManager('x'.repeat(200)), 'x'.repeat(128));
  assert.equal(defaultManager('ñ'.repeat(200)), 'ñ'.repeat(64));
  assert.equal(defaultManager(''), '');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonClone } from '../../base/json-clone.ts';
import { definition } from '../schema/definitions.ts';
import { StatusError } from '../status.ts';
import { applyStrategicMerge } from './strategic-merge.ts';

const deployment = definition('io.k8s.api.apps.v1.Deployment');

function patched(original: object, patch: object): unknown {
  return applyStrategicMerge(original, patch, deployment, definition);
}

/** Patches a pod template's spec. */
function podPatched(original: object, patch: object): unknown {
  const wrap = (spec: object) => ({ spec: { template: { spec } } });
  const result = patched(wrap(original), wrap(patch)) as { spec: { template: { spec: object } } };
  return result.spec.template.spec;
}

function refusal(original: object, patch: object): string {
  try {
    podPatched(original, patch);
  } catch (error) {
    assert.ok(error instanceof StatusError && error.code === 400);
    return error.message;
  }
  assert.fail('the patch was accepted');
}

const nginx = { name: 'nginx', image: 'nginx:1' };
const proxy = { name: 'proxy', image: 'envoy' };

test('containers merge by name, and a new one comes first unless the order is given', () => {
  assert.deepEqual(
    podPatched({ containers: [nginx] }, { containers: [{ name: 'nginx', image: 'nginx:2' }] }),
    {
      containers: [{ name: 'nginx', image: 'nginx:2' }],
    },
  );
  assert.deepEqual(podPatched({ containers: [nginx] }, { containers: [proxy] }), {
    containers: [proxy, nginx],
  });
  const order = { '$setElementOrder/containers': [{ name: 'nginx' }, { name: 'proxy' }] };
  assert.deepEqual(podPatched({ containers: [nginx] }, { containers: [proxy], ...order }), {
    containers: [nginx, proxy],
  });
});

test('$patch deletes an item, replaces a list and replaces or empties a map', () => {
  const original = { containers: [nginx, proxy] };
  assert.deepEqual(podPatched(original, { containers: [{ name: 'proxy', $patch: 'delete' }] }), {
    containers: [nginx],
  });
  assert.deepEqual(podPatched(original, { containers: [{ $patch: 'replace' }, proxy] }), {
    containers: [proxy],
  });
  const labels = { metadata: { labels: { a: '1', b: '2' } } };
  assert.deepEqual(patched(labels, { metadata: { labels: { $patch: 'replace', c: '3' } } }), {
    metadata: { labels: { c: '3' } },
  });
  assert.deepEqual(patched(labels, { metadata: { labels: { $patch: 'delete' } } }), {
    metadata: { labels: {} },
  });
  assert.deepEqual(patched(labels, { metadata: { annotations: { $patch: 'delete' } } }), labels);
});

test('$retainKeys clears what it does not name', () => {
  const rolling = { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } } };
  const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
  assert.deepEqual(patched(rolling, patch), { spec: { strategy: { type: 'Recreate' } } });
  const volumes = [{ name: 'data', emptyDir: {} }];
  const volume = { name: 'data', configMap: { name: 'x' }, $retainKeys: ['name', 'configMap'] };
  assert.deepEqual(podPatched({ volumes }, { volumes: [volume] }), {
    volumes: [{ name: 'data', configMap: { name: 'x' } }],
  });
});

test('lists of scalars merge as sets, and lose items only by directive', () => {
  const original = { metadata: { finalizers: ['a', 'b'] } };
  assert.deepEqual(patched(original, { metadata: { finalizers: ['b', 'c'] } }), {
    metadata: { finalizers: ['a', 'b', 'c'] },
  });
  assert.deepEqual(patched(original, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }), {
    metadata: { finalizers: ['b'] },
  });
  assert.deepEqual(patched({}, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } }), {
    metadata: {},
  });
});

test('lists that do not merge are replaced, null deletes, and nulls of new maps do not arrive', () => {
  const original = { tolerations: [{ key: 'a' }], hostname: 'x' };
  assert.deepEqual(
    podPatched(original, {
      tolerations: [{ key: 'b' }],
      hostname: null,
      securityContext: { runAsUser: null },
    }),
    {
      tolerations: [{ key: 'b' }],
      securityContext: {},
    },
  );
});

test('an order alone reorders, and items that only the server has keep their place', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  assert.deepEqual(
    podPatched({ containers: named('a', 'b', 'c', 'd') }, { '$setElementOrder/containers': named('d', 'b') }),
    { containers: named('a', 'c', 'd', 'b') },
  );
});

test('errors are worded as Kubernetes words them', () => {
  assert.equal(
    refusal({ containers: [nginx] }, { containers: [{ image: 'x' }] }),
    'map: map[image:x] does not contain declared merge key: name',
  );
  assert.equal(
    refusal({ containers: [nginx] }, { containers: [{ name: 'nginx', $patch: 'frob' }] }),
    'unknown patch type: frob in map: map[$patch:frob name:nginx]',
  );
  assert.equal(
    refusal({ containers: [nginx] }, { containers: ['x'] }),
    'list element types are not identical: [[map[image:nginx:1 name:nginx]] [x]]',
  );
  assert.equal(
    refusal({}, { securityContext: { $retainKeys: ['a'], runAsUser: 1 } }),
    'invalid patch format of retainKeys',
  );
  assert.equal(refusal({}, { $deleteFromPrimitiveList: ['a'] }), 'invalid patch format of primitive list');
  assert.match(
    refusal(
      { containers: [nginx, proxy] },
      { containers: [proxy, nginx], '$setElementOrder/containers': [{ name: 'nginx' }, { name: 'proxy' }] },
    ),
    /^The order in patch list:\n\[map\[image:envoy name:proxy\] map\[image:nginx:1 name:nginx\]\]\n doesn't match \$setElementOrder list:/,
  );
});

const plain = { noNullPrototype: true };
const name: fc.Arbitrary<string> = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const env = fc.uniqueArray(
  name.map((n) => ({ name: n })),
  { selector: (item) => item.name, maxLength: 3 },
);
const container = fc
  .record({ name, image: maybe(fc.constantFrom('x', 'y')), env: maybe(env) })
  .map((value) => JSON.parse(JSON.stringify(value)) as { name: string });
const containers = fc.uniqueArray(container, { selector: (item) => item.name, maxLength: 4 });
const podSpec = fc.record({ containers, hostname: fc.constantFrom('x', 'y') }, plain);
const directive = fc.constantFrom('delete', 'replace');
const patchedContainer = fc.oneof(
  { weight: 5, arbitrary: container as fc.Arbitrary<{ name: string }> },
  { weight: 1, arbitrary: fc.record({ name, $patch: directive }, plain) },
);
/** Names no item twice: such a patch contradicts itself, and Kubernetes gives it no fixed point either. */
const podPatch = fc.record(
  {
    containers: fc.uniqueArray(patchedContainer, { selector: (item) => item.name, maxLength: 4 }),
    hostname: fc.constantFrom('x', null),
  },
  { requiredKeys: [], ...plain },
);

test('a patch applied twice gives what it gives once, and leaves its inputs alone', () => {
  fc.assert(
    fc.property(podSpec, podPatch, (original, patch) => {
      const before = jsonClone([original, patch]);
      const once = podPatched(original, patch) as object;
      assert.deepEqual(podPatched(once, patch), once);
      assert.deepEqual([original, patch], before);
    }),
  );
});

test('the empty patch changes nothing', () => {
  fc.assert(fc.property(podSpec, (original) => assert.deepEqual(podPatched(original, {}), original)));
});

test('$setElementOrder decides the order of every item that it names', () => {
  const names = fc.uniqueArray(name);
  fc.assert(
    fc.property(podSpec, containers, names, (original, added, order) => {
      const directives = order.map((n) => ({ name: n }));
      const patch = added.filter((item) => order.includes(item.name));
      patch.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
      const result = podPatched(original, {
        containers: patch,
        '$setElementOrder/containers': directives,
      }) as typeof original;
      const seen = result.containers.map((item) => item.name);
      const present = new Set([...original.containers, ...patch].map((item) => item.name));
      assert.deepEqual(new Set(seen), present);
      assert.deepEqual(
        seen.filter((n) => order.includes(n)),
        order.filter((n) => present.has(n)),
      );
    }),
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makePod } from '../../../tests/support/objects.ts';
import type { V1Pod, V1PodStatus } from '../../api/generated/types.ts';
import { applyStrategicMerge } from '../../api/patch/strategic-merge.ts';
import { definition } from '../../api/schema/definitions.ts';
import { statusPatch } from './status-patch.ts';

const schema = definition('io.k8s.api.core.v1.Pod');

function patched(pod: V1Pod, wanted: V1PodStatus): V1Pod {
  const patch = statusPatch(pod, wanted);
  return patch ? applyStrategicMerge(pod, patch, schema, definition) : pod;
}

const time = '2030-01-01T00:00:00Z';
const condition = (type: string) =>
  fc.record({
    type: fc.constant(type),
    status: fc.constantFrom('True', 'False'),
    reason: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
    message: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    lastTransitionTime: fc.constant(time),
  });
const status = fc.record({
  phase: fc.constantFrom('Pending', 'Running'),
  reason: fc.option(fc.constantFrom('Evicted'), { nil: undefined }),
  podIP: fc.constantFrom('10.0.0.1', '10.0.0.2'),
  podIPs: fc.subarray([{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }, { ip: 'fd00::1' }], { minLength: 1 }),
  containerStatuses: fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b'),
      image: fc.constant('i'),
      imageID: fc.constant(''),
      ready: fc.boolean(),
      restartCount: fc.nat(3),
    }),
    { maxLength: 2 },
  ),
  conditions: fc.tuple(condition('Ready'), condition('Initialized')),
});

test('the patch makes a status what is wanted, whatever it was, and then there is none', () => {
  fc.assert(
    fc.property(status, status, (before, wanted) => {
      const others = { type: 'DisruptionTarget', status: 'True', lastTransitionTime: time };
      const pod = makePod('web');
      pod.status = { ...before, qosClass: 'BestEffort', conditions: [others, ...before.conditions] };
      const result = patched(pod, wanted);
      assert.equal(statusPatch(result, wanted), undefined);
      assert.equal(result.status?.qosClass, 'BestEffort');
      assert.deepEqual(
        result.status?.conditions?.find(({ type }) => type === 'DisruptionTarget'),
        others,
      );
      assert.deepEqual(result.status?.podIPs, wanted.podIPs);
      assert.equal(result.status?.reason, wanted.reason);
    }),
  );
});

test('a new transition time alone is not worth a write; the uid is a precondition', () => {
  const pod = makePod('web');
  const ready = { type: 'Ready', status: 'True', lastTransitionTime: time };
  pod.status = { phase: 'Running', conditions: [ready] };
  const later = { ...ready, lastTransitionTime: '2030-01-01T00:00:09Z' };
  assert.equal(statusPatch(pod, { phase: 'Running', conditions: [later] }), undefined);
  assert.deepEqual(statusPatch(pod, { phase: 'Failed', conditions: [later] }), {
    metadata: { uid: pod.metadata.uid },
    status: { phase: 'Failed' },
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type StatsSummary, usageOf } from './stats-summary.ts';

const time = '2030-01-01T00:00:00Z';
const at = Date.parse(time);
const stats = (usageNanoCores?: number, workingSetBytes?: number) => ({
  cpu: { time, usageNanoCores },
  memory: { time, workingSetBytes },
});

test('a summary becomes the usage of a node and its pods', () => {
  const summary: StatsSummary = {
    node: stats(5, 6),
    pods: [
      {
        podRef: { name: 'p', namespace: 'a', uid: 'u' },
        containers: [
          { name: 'c', ...stats(1, 2) },
          { name: 'd', ...stats(0, 4) },
        ],
      },
    ],
  };
  assert.deepEqual(usageOf('n1', summary, 0), {
    name: 'n1',
    atMs: at,
    usage: { cpuNanocores: 5, memoryBytes: 6 },
    pods: [
      {
        ...{ namespace: 'a', name: 'p', atMs: at },
        containers: [
          { name: 'c', cpuNanocores: 1, memoryBytes: 2 },
          { name: 'd', cpuNanocores: 0, memoryBytes: 4 },
        ],
      },
    ],
  });
});

test('a pod counts once all of its containers have figures', () => {
  const podRef = { name: 'p', namespace: 'a' };
  const pods = (containers: { name: string }[]) => usageOf('n', { pods: [{ podRef, containers }] }, 7).pods;
  assert.deepEqual(pods([]), []);
  assert.deepEqual(
    pods([
      { name: 'c', ...stats(1, 2) },
      { name: 'd', ...stats(1) },
    ]),
    [],
  );
  assert.deepEqual(pods([{ name: 'c', ...stats(-1, 2) }]), []);
  assert.equal(pods([{ name: 'c', ...stats(1, 2) }]).length, 1);
});

test('without times the time of asking counts', () => {
  assert.deepEqual(usageOf('n', {}, 7), { name: 'n', atMs: 7, usage: undefined, pods: [] });
});

test('whatever a kubelet says in the right shape gives amounts', () => {
  const number = fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined });
  const measured = fc.record({
    cpu: fc.record({ time: fc.option(fc.string(), { nil: undefined }), usageNanoCores: number }),
    memory: fc.record({ workingSetBytes: number }),
  });
  fc.assert(
    fc.property(measured, fc.array(measured), (node, containers) => {
      const podRef = { name: 'p', namespace: 'a' };
      const named = containers.map((container, index) => ({ name: `c${index}`, ...container }));
      const usage = usageOf('n', { node, pods: [{ podRef, containers: named }] }, 1);
      const amounts = [usage.usage ?? [], ...usage.pods.flatMap((pod) => pod.containers)].flatMap((one) =>
        Object.values(one).filter((value) => typeof value === 'number'),
      );
      return amounts.every((amount) => amount >= 0 && Number.isFinite(amount));
    }),
  );
});

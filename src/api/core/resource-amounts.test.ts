import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePod } from '../../../tests/support/objects.ts';
import { podAmounts } from './resource-amounts.ts';

function container(name: string, cpu: string, restartPolicy?: string) {
  return { name, image: 'x', resources: { requests: { cpu } }, ...(restartPolicy ? { restartPolicy } : {}) };
}

test('containers add up, in millicores and bytes', () => {
  const pod = makePod('a', { requests: { cpu: '0.5', memory: '1Ki' } });
  pod.spec.containers.push(container('b', '250m'));
  assert.deepEqual(
    podAmounts(pod),
    new Map([
      ['cpu', 750],
      ['memory', 1024],
    ]),
  );
});

test('an init container counts only where it needs more than the containers', () => {
  const containers = [container('a', '100m'), container('b', '200m')];
  assert.equal(
    podAmounts(makePod('p', { containers, initContainers: [container('i', '250m')] })).get('cpu'),
    300,
  );
  assert.equal(
    podAmounts(makePod('p', { containers, initContainers: [container('i', '1')] })).get('cpu'),
    1000,
  );
});

test('sidecars add to the containers and to the init containers that start after them', () => {
  const initContainers = [container('s', '100m', 'Always'), container('i', '500m')];
  assert.equal(
    podAmounts(makePod('p', { containers: [container('a', '300m')], initContainers })).get('cpu'),
    600,
  );
  const reversed = [...initContainers].reverse();
  assert.equal(
    podAmounts(makePod('p', { containers: [container('a', '300m')], initContainers: reversed })).get('cpu'),
    500,
  );
});

test('overhead is added on top', () => {
  const pod = makePod('p', { requests: { cpu: '100m' }, overhead: { cpu: '50m', memory: '10' } });
  assert.deepEqual(
    podAmounts(pod),
    new Map([
      ['cpu', 150],
      ['memory', 10],
    ]),
  );
});

test('for scoring a container without requests is taken to need a little', () => {
  assert.deepEqual(
    podAmounts(makePod('p'), true),
    new Map([
      ['cpu', 100],
      ['memory', 209715200],
    ]),
  );
});

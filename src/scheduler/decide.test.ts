import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeNode, makePod, type NodeShape, type PodShape } from '../../tests/support/objects.ts';
import type { V1Node, V1Pod } from '../api/generated/types.ts';
import { schedule } from './decide.ts';

const zone = 'topology.kubernetes.io/zone';
const hostname = 'kubernetes.io/hostname';

function nodes(count: number, shape: (index: number) => NodeShape = () => ({})): V1Node[] {
  return Array.from({ length: count }, (_, index) => makeNode(`node-${index + 1}`, shape(index)));
}

function on(nodeName: string, name: string, shape: PodShape = {}): V1Pod {
  return makePod(name, { nodeName, ...shape });
}

function placeOf(
  pod: V1Pod,
  all: V1Node[],
  pods: V1Pod[] = [],
  namespaces?: Map<string, Record<string, string>>,
) {
  const decision = schedule(pod, all, pods, namespaces);
  return decision.kind === 'place' ? decision.nodeName : decision.message;
}

const refused = (count: number, reasons: string) =>
  `0/${count} nodes are available: ${reasons}. preemption: not supported.`;

describe('a node is refused', () => {
  test('when it is cordoned, unless the pod tolerates that', () => {
    const cordoned = nodes(1, () => ({ spec: { unschedulable: true } }));
    assert.equal(placeOf(makePod('p'), cordoned), refused(1, '1 node(s) were unschedulable'));
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists' }];
    assert.equal(placeOf(makePod('p', { tolerations }), cordoned), 'node-1');
  });

  test('when one of its hard taints is not tolerated, and the message names it', () => {
    const tainted = nodes(3, (index) =>
      index === 0 ? { spec: { taints: [{ key: 'k', value: 'v', effect: 'NoSchedule' }] } } : {},
    );
    const pod = makePod('p', { requests: { cpu: '5' } });
    assert.equal(
      placeOf(pod, tainted),
      refused(3, '1 node(s) had untolerated taint {k: v}, 2 Insufficient cpu'),
    );
    const only = tainted.slice(0, 1);
    const exact = [{ key: 'k', value: 'v', effect: 'NoSchedule' }];
    assert.equal(placeOf(makePod('p', { tolerations: exact }), only), 'node-1');
    const wrong = [{ key: 'k', value: 'other' }];
    assert.match(placeOf(makePod('p', { tolerations: wrong }), only), /untolerated/);
  });

  test('when cpu, memory, pods or an extended resource is short', () => {
    const small = nodes(1, () => ({ allocatable: { pods: '1', 'example.com/gpu': '1' } }));
    assert.equal(placeOf(makePod('p'), small, [on('node-1', 'q')]), refused(1, '1 Too many pods'));
    const both = makePod('p', { requests: { cpu: '5', memory: '9Gi' } });
    assert.equal(placeOf(both, small), refused(1, '1 Insufficient cpu, 1 Insufficient memory'));
    const gpus = makePod('p', { requests: { 'example.com/gpu': '2' } });
    assert.equal(placeOf(gpus, small), refused(1, '1 Insufficient example.com/gpu'));
  });

  test('when its free resources are taken by pods that still run, not by ended ones', () => {
    const full = on('node-1', 'q', { requests: { cpu: '4' } });
    const pod = makePod('p', { requests: { cpu: '1m' } });
    assert.equal(placeOf(pod, nodes(1), [full]), refused(1, '1 Insufficient cpu'));
    assert.equal(placeOf(pod, nodes(1), [{ ...full, status: { phase: 'Succeeded' } }]), 'node-1');
  });

  test('when a host port is taken, unless the addresses differ', () => {
    const withPort = (name: string, hostIP?: string, shape: PodShape = {}) =>
      makePod(name, {
        containers: [
          {
            name: 'c',
            image: 'x',
            ports: [{ containerPort: 80, hostPort: 8080, ...(hostIP ? { hostIP } : {}) }],
          },
        ],
        ...shape,
      });
    const taken = withPort('q', '127.0.0.1', { nodeName: 'node-1' });
    const reason = refused(1, "1 node(s) didn't have free ports for the requested pod ports");
    assert.equal(placeOf(withPort('p'), nodes(1), [taken]), reason);
    assert.equal(placeOf(withPort('p', '127.0.0.2'), nodes(1), [taken]), 'node-1');
  });

  test('when it lacks what nodeSelector or node affinity ask for', () => {
    const labelled = nodes(2, (index) => ({
      labels: { disk: index === 0 ? 'hdd' : 'ssd', size: `${index + 4}` },
    }));
    assert.equal(placeOf(makePod('p', { nodeSelector: { disk: 'ssd' } }), labelled), 'node-2');
    const message = refused(2, "2 node(s) didn't match Pod's node affinity/selector");
    assert.equal(placeOf(makePod('p', { nodeSelector: { disk: 'tape' } }), labelled), message);
    const requiring = (operator: string, values?: string[], key = 'size') =>
      makePod('p', {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: [{ key, operator, ...(values ? { values } : {}) }] }],
            },
          },
        },
      });
    assert.equal(placeOf(requiring('Gt', ['4']), labelled), 'node-2');
    assert.equal(placeOf(requiring('Lt', ['5']), labelled), 'node-1');
    assert.equal(placeOf(requiring('In', ['5']), labelled), 'node-2');
    assert.equal(placeOf(requiring('NotIn', ['5']), labelled), 'node-1');
    assert.equal(placeOf(requiring('Exists', undefined, 'none'), labelled), message);
    assert.equal(placeOf(requiring('Exists', undefined, 'constructor'), labelled), message);
    assert.equal(placeOf(requiring('DoesNotExist', undefined, 'none'), labelled), 'node-1');
  });

  test('when matchFields name another', () => {
    const pod = makePod('p', {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-2'] }] },
            ],
          },
        },
      },
    });
    assert.equal(placeOf(pod, nodes(3)), 'node-2');
  });
});

test('without nodes the message says so', () => {
  assert.equal(placeOf(makePod('p'), []), 'no nodes available to schedule pods');
});

test('a pod with a scheduling gate waits', () => {
  assert.equal(schedule(makePod('p', { schedulingGates: [{ name: 'g' }] }), nodes(1), []).kind, 'gated');
});

describe('required pod affinity', () => {
  const term = (app: string, topologyKey: string, more = {}) => ({
    labelSelector: { matchLabels: { app } },
    topologyKey,
    ...more,
  });
  const attracted = (terms: object[], shape: PodShape = {}) =>
    makePod('p', {
      ...shape,
      affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms as never } },
    });
  const repelled = (name: string, terms: object[], shape: PodShape = {}) =>
    makePod(name, {
      ...shape,
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms as never } },
    });
  const zoned = nodes(4, (index) => ({ labels: { [zone]: index < 2 ? 'a' : 'b' } }));

  test('puts a pod into the domain of its company', () => {
    const db = on('node-3', 'db', { labels: { app: 'db' } });
    assert.equal(placeOf(attracted([term('db', zone)]), zoned, [db]), 'node-4');
    const message = refused(4, "4 node(s) didn't match pod affinity rules");
    assert.equal(placeOf(attracted([term('db', zone)]), zoned), message);
  });

  test('lets the first of a group that is attracted by itself start anywhere', () => {
    assert.equal(placeOf(attracted([term('web', zone)], { labels: { app: 'web' } }), zoned), 'node-1');
  });

  test('means its own namespace unless it names others or selects them', () => {
    const db = on('node-3', 'db', { labels: { app: 'db' }, namespace: 'data' });
    const namespaces = new Map<string, Record<string, string>>([
      ['data', { team: 'x' }],
      ['default', {}],
    ]);
    const place = (more: object) => placeOf(attracted([term('db', zone, more)]), zoned, [db], namespaces);
    assert.match(place({}), /didn't match pod affinity/);
    assert.equal(place({ namespaces: ['data'] }), 'node-4');
    assert.equal(place({ namespaceSelector: { matchLabels: { team: 'x' } } }), 'node-4');
    assert.match(place({ namespaceSelector: { matchLabels: { team: 'y' } } }), /didn't match pod affinity/);
    assert.equal(place({ namespaceSelector: {} }), 'node-4');
  });

  test('keeps a pod away from what it refuses', () => {
    const one = on('node-1', 'a', { labels: { app: 'web' } });
    assert.equal(placeOf(repelled('p', [term('web', zone)]), zoned, [one]), 'node-3');
    const everywhere = [one, on('node-4', 'b', { labels: { app: 'web' } })];
    const message = refused(4, "4 node(s) didn't match pod anti-affinity rules");
    assert.equal(placeOf(repelled('p', [term('web', zone)]), zoned, everywhere), message);
  });

  test('keeps a pod away from placed pods that refuse it', () => {
    const loners = ['node-1', 'node-2'].map((nodeName) =>
      repelled(nodeName, [term('web', hostname)], { nodeName }),
    );
    assert.equal(placeOf(makePod('p', { labels: { app: 'other' } }), nodes(2), loners), 'node-1');
    const message = refused(2, "2 node(s) didn't satisfy existing pods anti-affinity rules");
    assert.equal(placeOf(makePod('p', { labels: { app: 'web' } }), nodes(2), loners), message);
  });

  test('with matchLabelKeys looks only at pods of the same value', () => {
    const old = on('node-1', 'old', { labels: { app: 'web', rev: '1' } });
    const pod = repelled('p', [term('web', zone, { matchLabelKeys: ['rev'] })], {
      labels: { app: 'web', rev: '2' },
    });
    assert.equal(placeOf(pod, zoned.slice(0, 2), [old]), 'node-2');
  });
});

describe('topology spread', () => {
  const spreading = (more: object = {}, shape: PodShape = {}) =>
    makePod('p', {
      labels: { app: 'web' },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: zone,
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: { matchLabels: { app: 'web' } },
          ...more,
        },
      ],
      ...shape,
    });
  const zoned = nodes(3, (index) => ({ labels: { [zone]: index < 2 ? 'a' : 'b' } }));
  const web = (nodeName: string, name: string, shape: PodShape = {}) =>
    on(nodeName, name, { labels: { app: 'web' }, ...shape });

  test('refuses a domain that would get too far ahead', () => {
    assert.equal(placeOf(spreading(), zoned, [web('node-1', 'x')]), 'node-3');
    assert.equal(
      placeOf(spreading({ maxSkew: 2 }, { nodeSelector: { [hostname]: 'node-2' } }), zoned, [
        web('node-1', 'x'),
      ]),
      'node-2',
    );
    const full = zoned.map((node) =>
      node.metadata.name === 'node-3' ? { ...node, spec: { unschedulable: true } } : node,
    );
    assert.equal(
      placeOf(spreading(), full, [web('node-1', 'x')]),
      refused(3, "1 node(s) were unschedulable, 2 node(s) didn't match pod topology spread constraints"),
    );
  });

  test('does not count pods on their way out', () => {
    const leaving = web('node-1', 'x', { deletionTimestamp: '2026-01-01T00:00:00Z' });
    assert.equal(
      placeOf(spreading({}, { nodeSelector: { [hostname]: 'node-2' } }), zoned, [leaving]),
      'node-2',
    );
  });

  test('refuses a node without the label', () => {
    const message = refused(
      1,
      "1 node(s) didn't match pod topology spread constraints (missing required label)",
    );
    assert.equal(placeOf(spreading(), nodes(1)), message);
  });

  test('takes the least count as 0 while there are fewer than minDomains', () => {
    const existing = [web('node-1', 'x'), web('node-3', 'y')];
    assert.equal(placeOf(spreading({ minDomains: 2 }), zoned, existing), 'node-2');
    assert.match(
      placeOf(spreading({ minDomains: 3 }), zoned, existing),
      /3 node\(s\) didn't match pod topology spread/,
    );
  });

  test('leaves tainted nodes out of the count when nodeTaintsPolicy honours them', () => {
    const tainted = zoned.map((node) =>
      node.metadata.name === 'node-3'
        ? { ...node, spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } }
        : node,
    );
    assert.equal(placeOf(spreading({ nodeTaintsPolicy: 'Honor' }), tainted, [web('node-1', 'x')]), 'node-2');
    assert.match(
      placeOf(spreading(), tainted, [web('node-1', 'x')]),
      /2 node\(s\) didn't match pod topology spread/,
    );
  });

  test('with ScheduleAnyway only prefers', () => {
    const soft = (shape: PodShape = {}) => spreading({ whenUnsatisfiable: 'ScheduleAnyway' }, shape);
    assert.equal(placeOf(soft(), zoned, [web('node-1', 'x')]), 'node-3');
    assert.equal(
      placeOf(soft({ nodeSelector: { [hostname]: 'node-2' } }), zoned, [web('node-1', 'x')]),
      'node-2',
    );
  });
});

describe('among allowed nodes', () => {
  test('the one with most room wins', () => {
    const busy = on('node-1', 'q', { requests: { cpu: '2', memory: '4Gi' } });
    assert.equal(placeOf(makePod('p'), nodes(2), [busy]), 'node-2');
  });

  test('fewer replicas of the same owner count more than room', () => {
    const pods = [on('node-1', 'q', { requests: { cpu: '3' } }), on('node-2', 'web-1', { owner: 'rs' })];
    assert.equal(placeOf(makePod('web-2', { owner: 'rs' }), nodes(2), pods), 'node-1');
  });

  test('preferred nodes count more than spreading, by weight', () => {
    const labelled = nodes(3, (index) => ({ labels: { tier: `${index}` } }));
    const prefer = (weight: number, tier: string) => ({
      weight,
      preference: { matchExpressions: [{ key: 'tier', operator: 'In', values: [tier] }] },
    });
    const nodeAffinity = {
      preferredDuringSchedulingIgnoredDuringExecution: [prefer(10, '1'), prefer(20, '2')],
    };
    const pod = makePod('p', { owner: 'rs', affinity: { nodeAffinity } });
    assert.equal(placeOf(pod, labelled, [on('node-3', 'q', { owner: 'rs' })]), 'node-3');
  });

  test('preferred company attracts, preferred distance repels, whoever carries the preference', () => {
    const term = { labelSelector: { matchLabels: { app: 'db' } }, topologyKey: hostname };
    const preferred = {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }],
    };
    const db = on('node-2', 'db', { labels: { app: 'db' } });
    assert.equal(placeOf(makePod('p', { affinity: { podAffinity: preferred } }), nodes(2), [db]), 'node-2');
    const shy = on('node-1', 'shy', { affinity: { podAntiAffinity: preferred } });
    const crowd = on('node-2', 'q', { requests: { cpu: '2' } });
    assert.equal(placeOf(makePod('db', { labels: { app: 'db' } }), nodes(2), [shy, crowd]), 'node-2');
  });

  test('a node with a soft taint comes last', () => {
    const tainted = nodes(2, (index) =>
      index === 0 ? { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } } : {},
    );
    assert.equal(
      placeOf(makePod('p', { owner: 'rs' }), tainted, [on('node-2', 'q', { owner: 'rs' })]),
      'node-2',
    );
    assert.equal(placeOf(makePod('p'), tainted.slice(0, 1)), 'node-1');
  });
});

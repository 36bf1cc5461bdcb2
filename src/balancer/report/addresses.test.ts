import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { meta } from '../../../tests/support/objects.ts';
import type { V1Service, V1ServiceSpec } from '../../api/generated/types.ts';
import { type Entry, ingressEntries, mergedEntries, publishedText, serviceEntries } from './addresses.ts';

const told = [{ ip: '10.9.0.1', ipMode: 'VIP' }];
const balanced: V1ServiceSpec = { type: 'LoadBalancer' };

const ofServices: [what: string, spec: V1ServiceSpec, ip: string | undefined, expected: unknown][] = [
  ['an address is told', balanced, '10.9.0.1', told],
  ['a Service of another type has none', { type: 'ClusterIP' }, undefined, []],
  ['one that waits for a free address keeps what it has', balanced, undefined, undefined],
  ['others keep what they wrote', { ...balanced, loadBalancerClass: 'x' }, undefined, undefined],
];
for (const [what, spec, ip, expected] of ofServices) {
  test(what, () => {
    const service: V1Service = { apiVersion: 'v1', kind: 'Service', metadata: meta('web'), spec };
    assert.deepEqual(serviceEntries(service, ip), expected);
  });
}

const at = (...ips: string[]): Entry[] => ips.map((ip) => ({ ip }));

const merges: [
  what: string,
  current: Entry[],
  own: Entry[],
  others: string[],
  expected: Entry[] | undefined,
][] = [
  ['own ones are told', [], at('10.9.0.1'), [], at('10.9.0.1')],
  ['they are told once', at('10.9.0.1'), at('10.9.0.1'), [], undefined],
  [
    'those of another that lives stay',
    at('10.8.0.1'),
    at('10.9.0.1'),
    ['10.8.0.1'],
    at('10.8.0.1', '10.9.0.1'),
  ],
  [
    'the order is always the same',
    at('10.9.0.9', '10.8.0.1'),
    at('10.9.0.9'),
    ['10.8.0.1'],
    at('10.8.0.1', '10.9.0.9'),
  ],
  ['those of one that has gone go', at('10.8.0.1', '10.9.0.1'), at('10.9.0.1'), ['10.7.0.1'], at('10.9.0.1')],
  ['a range means its addresses', at('10.8.0.6'), [], ['10.7.0.1 10.8.0.0/29'], undefined],
  ['and no others', at('10.8.0.8'), [], ['10.8.0.0/29'], []],
  ['one that both have stays when one withdraws', at('127.0.0.1'), [], ['127.0.0.1'], undefined],
  ['what is said of an own one is replaced', at('10.9.0.1'), told, ['10.9.0.1'], told],
  ['of a shared one no ports are told', [], [{ ip: '127.0.0.1', ports: [] }], ['127.0.0.1'], at('127.0.0.1')],
  [
    'a name is no address of anybody',
    [{ hostname: 'lb.example.org' }],
    at('10.9.0.1'),
    ['10.8.0.0/29'],
    at('10.9.0.1'),
  ],
];
for (const [what, current, own, others, expected] of merges) {
  test(what, () => assert.deepEqual(mergedEntries(current, own, others), expected));
}

test('balancers that write in any order come to the same, and then none writes any more', () => {
  const places = fc.uniqueArray(fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4'), {
    minLength: 1,
  });
  const turns = fc.array(fc.nat({ max: 2 }), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(places, { minLength: 3, maxLength: 3 }), turns, places, (owns, order, before) => {
      const texts = owns.map(publishedText);
      let current = at(...before);
      const write = (who: number): boolean => {
        const others = texts.filter((_, index) => index !== who);
        const next = mergedEntries(current, at(...(owns[who] ?? [])), others);
        current = next ?? current;
        return next !== undefined;
      };
      for (const who of [...order, 0, 1, 2]) write(who);
      assert.deepEqual([0, 1, 2].map(write), [false, false, false]);
      assert.deepEqual(current, at(...[...new Set(owns.flat())].sort()));
    }),
  );
});

test('a port that cannot be had is told at its address', () => {
  const bind = (address: string, port: number) => ({ address, port });
  const problem = { kind: 'bind', message: 'taken' } as const;
  const problems = [
    { ...problem, subject: 'ingress:http', bind: bind('10.9.0.1', 8080) },
    { ...problem, subject: 'ingress:https', bind: bind('10.9.0.2', 443) },
    { ...problem, subject: 'default/web:http', bind: bind('10.9.0.1', 80) },
    { ...problem, subject: 'ingress:https' },
  ];
  const ports = [{ port: 8080, protocol: 'TCP', error: 'relevo.dev/PortUnavailable' }];
  assert.deepEqual(ingressEntries(['10.9.0.1', '10.9.0.3', '10.9.0.1'], problems), [
    { ip: '10.9.0.1', ports },
    { ip: '10.9.0.3' },
  ]);
});

import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DnsWorld } from '../../tests/support/dns-world.ts';
import type { OutsideAnswer, OutsideType } from '../base/outside-names.ts';
import { brokerNames } from './names-broker.ts';

const entry = fileURLToPath(new URL('../../tests/support/names-example.ts', import.meta.url));

/** A child that asks this process, which asks the name server of the world. */
async function childOf(t: TestContext, world: DnsWorld): Promise<ChildProcess> {
  const child = fork(entry);
  t.after(() => child.kill('SIGKILL'));
  brokerNames(child, [world.address]);
  return child;
}

async function ask(child: ChildProcess, ...asked: [name: string, type: OutsideType][]): Promise<unknown[]> {
  child.send({ ask: asked });
  for (;;) {
    const [message] = (await once(child, 'message')) as [{ heard?: unknown[] }];
    if (message.heard) return message.heard;
  }
}

test('a child hears what the name servers of its supervisor say', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['192.0.2.1', 'fd00::1'] });
  world.names.set('www.here', { alias: 'web.here' });
  world.names.set('version.here', { texts: ['one'] });
  world.names.set('_x._tcp.here', { services: [{ target: 'web.here', port: 80, addresses: [] }] });
  world.outside = async (): Promise<OutsideAnswer> => ({
    records: [{ data: { preference: 5, exchange: 'mail.here' } }],
  });
  const child = await childOf(t, world);
  const heard = await ask(
    child,
    ...(
      [
        ['web.here', 'A'],
        ['web.here', 'AAAA'],
        ['www.here', 'CNAME'],
        ['version.here', 'TXT'],
        ['_x._tcp.here', 'SRV'],
        ['example.org', 'MX'],
      ] as const
    ).map(([name, type]): [string, OutsideType] => [name, type]),
  );
  assert.deepEqual(heard, [
    { records: [{ data: '192.0.2.1', ttl: 5 }] },
    { records: [{ data: 'fd00::1', ttl: 5 }] },
    { records: [{ data: 'web.here' }] },
    { records: [{ data: ['one'] }] },
    { records: [{ data: { priority: 0, weight: 100, port: 80, target: 'web.here' } }] },
    { records: [{ data: { preference: 5, exchange: 'mail.here' } }] },
  ]);
});

test('a name that is not there, one without such records and a server that fails are told apart', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['192.0.2.1'] });
  world.names.set('broken.here', 'unknown');
  const child = await childOf(t, world);
  const heard = await ask(child, ['nobody.here', 'A'], ['web.here', 'AAAA'], ['broken.here', 'A']);
  assert.deepEqual(heard.slice(0, 2), [{ missing: true }, { records: [] }]);
  assert.match(JSON.stringify(heard[2]), /failed.*ESERVFAIL/);
});

test('what is no name is refused before anybody is asked', async (t) => {
  const world = await DnsWorld.open(t);
  const child = await childOf(t, world);
  const heard = await ask(child, [`${'a'.repeat(254)}`, 'A'], ['web.here', 'ANY' as OutsideType]);
  assert.match(JSON.stringify(heard), /no name.*no name/);
});

test('a child that asks for more than it may at a time is refused the rest', async (t) => {
  const world = await DnsWorld.open(t);
  const slow = Promise.withResolvers<void>();
  world.outside = async () => {
    await slow.promise;
    return { records: [{ data: '192.0.2.1' }] };
  };
  const child = await childOf(t, world);
  const names = Array.from({ length: 70 }, (_, i): [string, OutsideType] => [`n${i}.org`, 'A']);
  const heard = ask(child, ...names);
  while (world.asked.length < 64) await new Promise((resolve) => setImmediate(resolve));
  slow.resolve();
  const refused = (await heard).filter((answer) => JSON.stringify(answer).includes('being resolved already'));
  assert.equal(refused.length, 6);
});

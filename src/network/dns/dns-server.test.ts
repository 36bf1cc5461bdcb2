import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { type Answer, type DecodedPacket, decode, encode, type Packet, type Question } from 'dns-packet';
import fc from 'fast-check';
import { DnsWorld } from '../../../tests/support/dns-world.ts';
import { systemClock } from '../../base/clock.ts';
import { DnsServer } from './dns-server.ts';

const rcodeOf = (packet: DecodedPacket) => (packet.flags ?? 0) & 0xf;

function query(name: string, type: Question['type'], more: Packet = {}): Packet {
  return { type: 'query', id: 7, flags: 0x100, questions: [{ name, type, class: 'IN' }], ...more };
}

function withEdns(udpPayloadSize: number, ednsVersion = 0): Packet {
  const record = { type: 'OPT', name: '.', udpPayloadSize, ednsVersion, extendedRcode: 0, flags: 0 };
  return { additionals: [{ ...record, flag_do: false, options: [] } as Answer] };
}

const addresses = (count: number) => Array.from({ length: count }, (_, i) => `10.244.${i >> 8}.${i & 255}`);

test('addresses are answered in their family, and a name without any of one exists all the same', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['10.96.0.7', 'fd00::7'] });
  world.names.set('four.here', { addresses: ['10.96.0.8'] });
  assert.deepEqual(await world.resolver.resolve4('web.here'), ['10.96.0.7']);
  assert.deepEqual(await world.resolver.resolve6('web.here'), ['fd00::7']);
  await assert.rejects(world.resolver.resolve6('four.here'), { code: 'ENODATA' });
});

test('names differ neither by upper case nor by a final dot, and come back as they were asked', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['10.96.0.7'] });
  const answer = await world.ask(query('WeB.HERE.', 'A'));
  assert.equal(answer.questions?.[0]?.name, 'WeB.HERE');
  assert.equal(answer.answers?.[0]?.name, 'WeB.HERE');
});

test('a name that is not there is denied with the authority that says for how long', async (t) => {
  const world = await DnsWorld.open(t);
  const answer = await world.ask(query('nobody.here', 'A'));
  const [authority] = answer.authorities ?? [];
  assert.equal(rcodeOf(answer), 3);
  assert.ok(answer.flag_aa);
  assert.equal(authority?.name, 'here');
  assert.ok(authority?.type === 'SOA' && authority.data.minimum === 5);
});

test('what cannot be known yet is a failure, not a denial', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', 'unknown');
  assert.equal(rcodeOf(await world.ask(query('web.here', 'A'))), 2);
});

test('services, texts and pointers are answered, with the addresses of the targets along', async (t) => {
  const world = await DnsWorld.open(t);
  const service = { target: 'a.web.here', port: 80, addresses: ['10.244.1.2', 'fd00::2'] };
  world.names.set('_http._tcp.web.here', { services: [service] });
  world.names.set('version.here', { texts: ['1.1.0'] });
  world.names.set('7.here', { pointers: ['web.here'] });
  const [srv] = await world.resolver.resolveSrv('_http._tcp.web.here');
  assert.deepEqual([srv?.name, srv?.port], ['a.web.here', 80]);
  const { additionals = [] } = await world.ask(query('_http._tcp.web.here', 'SRV'));
  assert.deepEqual(
    additionals.map((record) => 'data' in record && [record.name, record.type, record.data]),
    [
      ['a.web.here', 'A', '10.244.1.2'],
      ['a.web.here', 'AAAA', 'fd00::2'],
    ],
  );
  assert.deepEqual(await world.resolver.resolveTxt('version.here'), [['1.1.0']]);
  const { answers = [] } = await world.ask(query('7.here', 'PTR'));
  assert.ok(answers[0]?.type === 'PTR' && answers[0].data === 'web.here');
});

test('an alias is followed within the own names and outside', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('near.here', { alias: 'web.here' });
  world.names.set('far.here', { alias: 'example.org' });
  world.names.set('lost.here', { alias: 'nobody.example.org' });
  world.names.set('web.here', { addresses: ['10.96.0.7'] });
  world.outside = async (name) =>
    name === 'example.org' ? { records: [{ data: '192.0.2.1', ttl: 60 }] } : { missing: true };
  assert.deepEqual(await world.resolver.resolve4('near.here'), ['10.96.0.7']);
  assert.deepEqual(await world.resolver.resolve4('far.here'), ['192.0.2.1']);
  assert.deepEqual(await world.resolver.resolveCname('far.here'), ['example.org']);
  const lost = await world.ask(query('lost.here', 'A'));
  assert.deepEqual([rcodeOf(lost), lost.answers?.[0]?.type], [3, 'CNAME']);
});

test('aliases that go round in a circle end as a failure', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('a.here', { alias: 'b.here' });
  world.names.set('b.here', { alias: 'a.here' });
  assert.equal(rcodeOf(await world.ask(query('a.here', 'A'))), 2);
});

test('an answer too long for a datagram is cut off, and whole over TCP', async (t) => {
  const world = await DnsWorld.open(t);
  const many = addresses(300);
  world.names.set('many.here', { addresses: many });
  const cut = await world.ask(query('many.here', 'A'));
  assert.ok(cut.flag_tc);
  assert.ok((cut.answers?.length ?? 0) > 5);
  assert.deepEqual(new Set(await world.resolver.resolve4('many.here')), new Set(many));
});

test('a datagram is as long as the asker says that it may be, but never longer than networks carry', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('many.here', { addresses: addresses(300) });
  const sizes = [1, 512, 900, 4_096].map(async (size) => {
    const answer = await world.send(encode(query('many.here', 'A', withEdns(size))));
    assert.equal(decode(answer).additionals?.[0]?.type, 'OPT');
    return answer.length;
  });
  const [least = 0, plain = 0, more = 0, most = 0] = await Promise.all(sizes);
  assert.ok(least <= 512 && plain <= 512 && plain > 480, `${least} ${plain}`);
  assert.ok(more <= 900 && more > 512, `${more}`);
  assert.ok(most <= 1_232 && most > 900, `${most}`);
});

test('a connection takes any number of queries, answers all of them and ends when the client does', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['10.96.0.7'] });
  const slow = Promise.withResolvers<void>();
  world.outside = async () => {
    await slow.promise;
    return { records: [{ data: '192.0.2.1' }] };
  };
  const answers = world.askOverTcp([
    query('slow.example.org', 'A', { id: 1 }),
    query('web.here', 'A', { id: 2 }),
    query('nobody.here', 'A', { id: 3 }),
  ]);
  while (world.asked.length === 0) await new Promise(setImmediate);
  slow.resolve();
  assert.deepEqual(new Set((await answers).map(({ id }) => id)), new Set([1, 2, 3]));
});

test('a connection with more than a query in a message is closed', async (t) => {
  const world = await DnsWorld.open(t);
  const socket = connect(world.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.from([0xff, 0xff, 1, 2, 3]));
  await once(socket, 'close');
});

test('names of others are asked for once, and remembered', async (t) => {
  const world = await DnsWorld.open(t);
  world.outside = async () => ({ records: [{ data: '192.0.2.1', ttl: 300 }] });
  const answers = await Promise.all([1, 2, 3].map(() => world.resolver.resolve4('Example.org')));
  assert.deepEqual(answers, [['192.0.2.1'], ['192.0.2.1'], ['192.0.2.1']]);
  assert.deepEqual(await world.resolver.resolve4('example.ORG', { ttl: true }), [
    { address: '192.0.2.1', ttl: 30 },
  ]);
  await assert.rejects(async () => {
    world.outside = async () => ({ missing: true });
    await world.resolver.resolve4('nobody.example.org');
  }, /ENOTFOUND/);
  assert.deepEqual(world.asked, ['A example.org', 'A nobody.example.org']);
});

test('when nobody outside answers it is a failure, and asked again the next time', async (t) => {
  const world = await DnsWorld.open(t);
  world.outside = () => Promise.reject(new Error('no network'));
  assert.equal(rcodeOf(await world.ask(query('example.org', 'A'))), 2);
  assert.equal(rcodeOf(await world.ask(query('example.org', 'A'))), 2);
  assert.equal(world.asked.length, 2);
});

test('what others say is sent on only where it is what was asked for', async (t) => {
  const world = await DnsWorld.open(t);
  const long = `${'x'.repeat(64)}.org`;
  const answers = {
    MX: [
      { preference: 10, exchange: 'mail.example.org' },
      { preference: 20, exchange: long },
    ],
    TXT: [['v=1', 'more'], ['y'.repeat(256)]],
    CNAME: ['www.example.org', 'a..b'],
    A: ['192.0.2.1', 'localhost'],
  };
  world.outside = async (_, type) => ({
    records: (answers[type as keyof typeof answers] ?? []).map((data) => ({ data })),
  });
  const mail = await world.resolver.resolveMx('example.org');
  assert.deepEqual(
    mail.map(({ exchange }) => exchange),
    ['mail.example.org'],
  );
  assert.deepEqual(await world.resolver.resolveTxt('example.org'), [['v=1', 'more']]);
  assert.deepEqual(await world.resolver.resolve4('example.org'), ['192.0.2.1']);
  const { answers: names = [] } = await world.ask(query('example.org', 'CNAME'));
  assert.equal(names.length, 1);
});

test('beyond the bound further questions fail at once', async (t) => {
  const world = await DnsWorld.open(t, 1);
  const slow = Promise.withResolvers<void>();
  world.outside = async () => {
    await slow.promise;
    return { records: [{ data: '192.0.2.1' }] };
  };
  const first = world.ask(query('a.example.org', 'A'));
  while (world.asked.length === 0) await new Promise(setImmediate);
  assert.equal(rcodeOf(await world.ask(query('b.example.org', 'A'))), 2);
  slow.resolve();
  assert.equal(rcodeOf(await first), 0);
});

test('messages that are no query for it are refused with the reason, answers are ignored', async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['10.96.0.7'] });
  const two = [{ name: 'a.here', type: 'A' } as const, { name: 'b.here', type: 'A' } as const];
  assert.equal(rcodeOf(await world.ask(query('', 'A', { questions: two }))), 1);
  assert.equal(rcodeOf(await world.ask(query('web.here', 'A', { flags: 5 << 11 }))), 4);
  const chaos = [{ name: 'version.bind', type: 'TXT', class: 'CH' } as const];
  assert.equal(rcodeOf(await world.ask(query('', 'TXT', { questions: chaos }))), 5);
  const [options] = (await world.ask(query('web.here', 'A', withEdns(1_232, 1)))).additionals ?? [];
  assert.ok(options?.type === 'OPT' && options.extendedRcode === 1);
  // Two servers would talk to each other for ever.
  const ignored = encode({ ...query('web.here', 'A', { id: 8 }), type: 'response' });
  assert.equal(decode(await world.send(ignored, encode(query('web.here', 'A')))).id, 7);
});

test('nothing that is sent ends it or makes it answer what cannot be read', {
  timeout: 60_000,
}, async (t) => {
  const world = await DnsWorld.open(t);
  world.names.set('web.here', { addresses: ['10.96.0.7'] });
  const valid = encode(query('web.here', 'A', withEdns(1_232)));
  const damaged = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const copy = Buffer.from(valid);
      for (const [at, byte] of changes) copy[at] = byte;
      // A query, so that there is an answer to wait for.
      copy[2] = (copy[2] ?? 0) & 0x7f;
      return copy;
    });
  const random = fc
    .uint8Array({ minLength: 12, maxLength: 600 })
    .map((bytes) => Buffer.from(bytes))
    .map((bytes) => bytes.fill((bytes[2] ?? 0) & 0x7f, 2, 3));
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, random), async (message) => {
      const answer = await world.send(message);
      assert.equal(decode(answer).id, message.readUInt16BE(0));
    }),
    { numRuns: 500 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
      const socket = connect(world.port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume().end(bytes);
      await once(socket, 'close');
    }),
    { numRuns: 50 },
  );
  assert.deepEqual(await world.resolver.resolve4('web.here'), ['10.96.0.7']);
});

test('a port that is taken is told with the code of the system, and nothing stays open', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const names = { zoneOf: () => undefined, find: () => undefined };
  const resolveOutside = () => Promise.reject(new Error('not here'));
  const server = new DnsServer({ names, resolveOutside, clock: systemClock, random: Math.random });
  await assert.rejects(server.listen('127.0.0.1', port), { code: 'EADDRINUSE' });
  await server.close();
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect as dial, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { eventually } from '../../../../tests/support/eventually.ts';
import { namedCertificate } from '../../../../tests/support/lb/named-certificate.ts';
import type { Certificate } from '../../model.ts';
import { choose, namesOf } from './certificate-names.ts';
import { CertificateShelf } from './certificate-shelf.ts';
import { Handshakes } from './handshakes.ts';

const host = '127.0.0.1';
const ticketKey = (fill: number) => Buffer.alloc(48, fill).toString('base64');

/** A bind as a worker has one: whoever is through gets the name that it asked for. */
class Door {
  readonly shelf = new CertificateShelf();
  readonly handshakes = new Handshakes(this.shelf);
  readonly through: TLSSocket[] = [];
  readonly tickets = new Map<TLSSocket, Buffer>();
  port = 0;

  static async open(t: TestContext): Promise<Door> {
    const door = new Door();
    const server = createServer((socket) => door.#arrive(socket)).listen(0, host);
    await once(server, 'listening');
    door.port = (server.address() as { port: number }).port;
    t.after(() => {
      server.close();
      door.handshakes.close();
      for (const secure of door.through) secure.destroy();
    });
    return door;
  }

  take(certificates: readonly Certificate[], keys: readonly string[] = [ticketKey(1)], timeoutMs = 5_000) {
    const problems = this.shelf.update(certificates, keys);
    this.handshakes.update(
      certificates.map(({ name }) => name),
      timeoutMs,
    );
    return problems;
  }

  async come(t: TestContext, options: ConnectionOptions): Promise<TLSSocket> {
    const socket = connect({ port: this.port, host, rejectUnauthorized: false, ...options });
    t.after(() => socket.destroy());
    socket.on('session', (ticket: Buffer) => this.tickets.set(socket, ticket));
    await once(socket, 'secureConnect');
    return socket;
  }

  #arrive(socket: Socket): void {
    this.handshakes.begin(socket, (secure, serverName) => {
      this.through.push(secure);
      secure.on('error', () => {});
      secure.end(`hello ${serverName}`);
    });
  }
}

const commonName = (socket: TLSSocket) => socket.getPeerCertificate().subject?.CN;

/** Of TLS 1.2 it comes with the handshake, and a renewed one without an event. */
async function ticketOf(door: Door, socket: TLSSocket): Promise<Buffer> {
  socket.resume();
  if (socket.getProtocol() === 'TLSv1.2') return socket.getSession() as Buffer;
  return eventually(() => door.tickets.get(socket));
}

test('a certificate is for its alternative names, in lower case', async () => {
  const { chain } = await namedCertificate('Shop.Example.ORG');
  assert.deepEqual(namesOf(chain), ['shop.example.org']);
});

test('exact names come before wildcards, and wildcards stand for one label', () => {
  const wild = { names: ['*.example.org'] };
  const exact = { names: ['a.example.org'] };
  assert.equal(choose([wild, exact], 'A.example.org'), exact);
  assert.equal(choose([wild, exact], 'b.example.org'), wild);
  assert.equal(choose([wild, exact], 'a.b.example.org'), undefined);
  assert.equal(choose([wild, exact], 'example.org'), undefined);
  assert.equal(choose([{ names: ['*'] }], 'localhost'), undefined);
});

test('the server name chooses the certificate, the first is for everybody else', async (t) => {
  const door = await Door.open(t);
  const certificates = await Promise.all(['a.org', '*.b.org'].map((name) => namedCertificate(name)));
  assert.deepEqual(door.take(certificates), []);
  assert.equal(commonName(await door.come(t, { servername: 'x.b.org' })), '*.b.org');
  assert.equal(commonName(await door.come(t, { servername: 'a.org' })), 'a.org');
  assert.equal(commonName(await door.come(t, { servername: 'other.org' })), 'a.org');
  assert.equal(commonName(await door.come(t, {})), 'a.org');
});

test('a broken certificate is named and the former stays in force, until a good one comes', async (t) => {
  const door = await Door.open(t);
  const [good, other] = await Promise.all(['a.org', 'b.org'].map((name) => namedCertificate(name)));
  assert.ok(good && other);
  const broken: Certificate[] = [
    { ...good, chain: 'nothing' },
    { ...good, key: 'nothing' },
    { ...good, key: other.key },
  ];
  for (const certificate of broken) {
    const [problem, ...more] = door.take([certificate]);
    assert.deepEqual(more, []);
    assert.equal(problem?.kind, 'certificate');
    assert.equal(problem?.subject, 'a.org');
    assert.match(
      problem?.message ?? '',
      /^certificate a\.org is of no use \([^\n]+\); connections that need it/,
    );
  }
  door.take([good]);
  for (const certificate of broken)
    assert.match(door.take([certificate])[0]?.message ?? '', /former one stays/);
  assert.equal(commonName(await door.come(t, {})), 'a.org');
  assert.deepEqual(door.take([{ ...other, name: 'a.org' }]), []);
  assert.equal(commonName(await door.come(t, {})), 'b.org');
});

test('without a certificate that can be shown connections are closed', async (t) => {
  const door = await Door.open(t);
  door.take([]);
  await assert.rejects(door.come(t, {}));
});

for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
  const only = { minVersion: version, maxVersion: version } as const;

  test(`${version}: a session is taken up elsewhere, and while its key is among the older ones`, async (t) => {
    const [door, elsewhere] = [await Door.open(t), await Door.open(t)];
    const certificate = await namedCertificate('a.org');
    door.take([certificate], [ticketKey(1)]);
    elsewhere.take([certificate], [ticketKey(1)]);
    const session = await ticketOf(door, await door.come(t, only));
    assert.equal((await elsewhere.come(t, { ...only, session })).isSessionReused(), true);
    elsewhere.take([certificate], [ticketKey(2), ticketKey(1)]);
    const renewed = await elsewhere.come(t, { ...only, session });
    assert.equal(renewed.isSessionReused(), true);
    const newer = await ticketOf(elsewhere, renewed);
    elsewhere.take([certificate], [ticketKey(3), ticketKey(2)]);
    assert.equal((await elsewhere.come(t, { ...only, session })).isSessionReused(), false);
    assert.equal((await elsewhere.come(t, { ...only, session: newer })).isSessionReused(), true);
  });
}

test('plain text and silence end by themselves', async (t) => {
  const door = await Door.open(t);
  door.take([await namedCertificate('a.org')], undefined, 50);
  for (const words of ['GET / HTTP/1.1\r\n\r\n', '']) {
    const socket = dial(door.port, host);
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    if (words) socket.write(words);
    socket.resume();
    await eventually(() => socket.closed);
  }
  assert.deepEqual(door.through, []);
  assert.equal(commonName(await door.come(t, {})), 'a.org');
});

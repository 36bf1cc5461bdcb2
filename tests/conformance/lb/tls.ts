// TLS at the edge: which certificate is shown, and that it can change while everybody is connected.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { eventually } from '../../support/eventually.ts';
import { EngineWorld, type Subject } from '../../support/lb/engine-world.ts';
import { backendOf, frontendOf, modelOf, serverOf } from '../../support/lb/models.ts';
import { type NamedCertificate, namedCertificate } from '../../support/lb/named-certificate.ts';
import { Origin } from '../../support/lb/origin.ts';
import type { Rule } from './rules.ts';

async function secure(t: TestContext, subject: Subject, names: readonly string[]) {
  const origin = await Origin.start(t, 'a');
  const world = await EngineWorld.open(t, subject);
  const certificates = await Promise.all(names.map((name) => namedCertificate(name)));
  const bind = { address: '127.0.0.1', port: world.port, certificates: names };
  const problems = await world.applyModel(
    modelOf([frontendOf(world.port, { binds: [bind] })], [backendOf([serverOf(origin)])], { certificates }),
  );
  assert.deepEqual(problems, []);
  return { world, origin, certificates };
}

async function shake(t: TestContext, port: number, servername: string, session?: Buffer): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false, session });
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'secureConnect');
  return socket;
}

const nameOf = (socket: TLSSocket) => socket.getPeerCertificate().subject?.CN;

async function get(socket: TLSSocket): Promise<string> {
  let text = '';
  const take = (chunk: Buffer) => {
    text += chunk;
  };
  socket.on('data', take);
  socket.write('GET / HTTP/1.1\r\nHost: a.example.org\r\n\r\n');
  await eventually(() => text.includes('a\n'));
  socket.off('data', take);
  return text;
}

function withCertificates(world: EngineWorld, certificates: readonly NamedCertificate[]) {
  return world.applyModel({ ...world.model, certificates });
}

export function tlsRules(rule: Rule): void {
  rule(
    'the name that is asked for chooses the certificate, the first is for everybody else',
    async (t, subject) => {
      const { world } = await secure(t, subject, ['a.example.org', '*.b.example.org']);
      assert.equal(nameOf(await shake(t, world.port, 'a.example.org')), 'a.example.org');
      assert.equal(nameOf(await shake(t, world.port, 'x.b.example.org')), '*.b.example.org');
      assert.equal(nameOf(await shake(t, world.port, 'other.org')), 'a.example.org');
    },
  );

  rule('servers learn that it was https', async (t, subject) => {
    const { world, origin } = await secure(t, subject, ['a.example.org']);
    await get(await shake(t, world.port, 'a.example.org'));
    assert.equal(origin.seen[0]?.headers['x-forwarded-proto'], 'https');
  });

  rule('a new certificate is shown at once, and connections live on', async (t, subject) => {
    const { world, certificates } = await secure(t, subject, ['a.example.org']);
    const old = await shake(t, world.port, 'a.example.org');
    await get(old);
    const before = old.getPeerCertificate().fingerprint256;
    const renewed = { ...(await namedCertificate('a.example.org')), name: certificates[0]?.name ?? '' };
    assert.deepEqual(await withCertificates(world, [renewed]), []);
    await eventually(async () => {
      const fresh = await shake(t, world.port, 'a.example.org');
      return fresh.getPeerCertificate().fingerprint256 !== before;
    });
    assert.match(await get(old), /200 OK/);
  });

  rule('a broken certificate is named, and the one before stays in force', async (t, subject) => {
    const { world } = await secure(t, subject, ['a.example.org']);
    const problems = await withCertificates(world, [
      { name: 'a.example.org', chain: '-----BEGIN CERTIFICATE-----\nrubbish\n', key: 'none' },
    ]);
    assert.ok(problems.some(({ subject, kind }) => kind === 'certificate' && subject === 'a.example.org'));
    assert.equal(nameOf(await shake(t, world.port, 'a.example.org')), 'a.example.org');
  });

  rule('whoever comes back resumes its session on any worker', async (t, subject) => {
    const { world } = await secure(t, subject, ['a.example.org']);
    const first = await shake(t, world.port, 'a.example.org');
    const tickets: Buffer[] = [];
    first.on('session', (ticket) => tickets.push(ticket));
    await get(first);
    await eventually(() => tickets.length > 0);
    for (let number = 0; number < 8; number++) {
      const again = await shake(t, world.port, 'a.example.org', tickets.at(-1));
      assert.equal(again.isSessionReused(), true);
    }
  });

  rule('plain text on a TLS port hurts nobody', async (t, subject) => {
    const { world } = await secure(t, subject, ['a.example.org']);
    await assert.rejects(world.ask());
    assert.match(await get(await shake(t, world.port, 'a.example.org')), /200 OK/);
  });
}

// What comes in over the wire: whatever is ambiguous is never forwarded otherwise than it was read.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { EngineWorld, type Subject, worldOf } from '../../support/lb/engine-world.ts';
import { malformedRequests } from '../../support/lb/malformed-requests.ts';
import { serverOf } from '../../support/lb/models.ts';
import { Wire } from '../../support/lb/wire.ts';
import { mixedTraffic } from '../lb-mixed-traffic.ts';
import type { Rule } from './rules.ts';

/** Keeps every byte that it gets, connection by connection, and answers each head with 200. */
async function recorder(t: TestContext): Promise<{ port: number; heard: string[] }> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const index = heard.push('') - 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard[index] += chunk.toString('latin1');
      if (heard[index]?.includes('\r\n\r\n')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, heard };
}

/** The heads that a server would read, and those of them that say twice how long the body is. */
function framings(heard: readonly string[]): { requests: number; ambiguous: string[] } {
  const heads = heard.flatMap(headsOf);
  const ambiguous = heads.filter((head) => {
    const lengths = head.match(/^content-length:/gim)?.length ?? 0;
    const codings = head.match(/^transfer-encoding:/gim)?.length ?? 0;
    return lengths + codings > 1;
  });
  return { requests: heads.length, ambiguous };
}

/** What looks like a request in a body is none. */
function headsOf(bytes: string): string[] {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return [];
  const head = bytes.slice(0, end);
  const rest = bytes.slice(end + 4);
  if (!/ HTTP\/1\.[01]\r?\n/.test(`${head}\r\n`)) return headsOf(rest);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const chunks = /^transfer-encoding:/im.test(head)
    ? /^[\s\S]*?(?:^|\r\n)0\r\n\r\n/.exec(rest)?.[0]
    : undefined;
  return [head, ...headsOf(rest.slice(chunks?.length ?? length))];
}

export function wireRules(rule: Rule): void {
  rule(
    'of a malformed request a server sees nothing, or exactly one request with one framing',
    async (t, subject) => {
      const origin = await recorder(t);
      const world = await EngineWorld.open(t, subject);
      await world.apply({
        servers: [serverOf({ name: 'recorder', port: origin.port })],
        frontend: { timeouts: { clientMs: 500, idleMs: 500 } },
      });
      for (const { name, bytes } of malformedRequests) {
        origin.heard.length = 0;
        const wire = await Wire.open(t, world.port);
        wire.socket.write(bytes);
        await eventually(() => wire.closed || wire.received.includes('\r\n\r\n'));
        wire.socket.destroy();
        const { requests, ambiguous } = framings(origin.heard);
        assert.deepEqual(ambiguous, [], name);
        assert.ok(requests <= 1, `${name}: the server saw ${requests} requests: ${origin.heard.join('|')}`);
      }
    },
  );

  rule('malformed requests are refused', async (t, subject) => {
    const origin = await recorder(t);
    const world = await EngineWorld.open(t, subject);
    await world.apply({
      servers: [serverOf({ name: 'recorder', port: origin.port })],
      frontend: { timeouts: { clientMs: 500, idleMs: 500 } },
    });
    const accepted: string[] = [];
    for (const { name, bytes } of malformedRequests) {
      const wire = await Wire.open(t, world.port);
      wire.socket.write(bytes);
      await eventually(() => wire.closed || wire.received.includes('\r\n\r\n'));
      if (/^HTTP\/1\.[01] 2/.test(wire.received)) accepted.push(name);
      wire.socket.destroy();
    }
    assert.deepEqual(accepted, []);
  });

  rule('thousands of mixed requests arrive as they were sent', async (t, subject: Subject) => {
    const { world } = await worldOf(t, subject, []);
    await mixedTraffic(t, world, { requests: 1_500, seed: Number(process.env.RELEVO_SEED ?? 1) });
  });
}

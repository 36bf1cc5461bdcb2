// The gate of every change that makes the client quicker: many users at once, every form of request and answer, each byte compared.

import assert from 'node:assert/strict';
import test from 'node:test';
import { contentOf, numbersOf, sumOf } from '../../../tests/support/content.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import { loadRequest } from '../../../tests/support/load/load-request.ts';
import { answerOf, RawOrigin } from '../../../tests/support/load/raw-origin.ts';
import { type Script, ScriptedOrigin, targetOf } from '../../../tests/support/scripted-origin.ts';
import { testCertificates } from '../../../tests/support/test-certificates.ts';
import { createHttpClient } from './create-http-client.ts';
import type { HttpAnswer } from './http-exchange.ts';

const users = 20;
const requests = 30;
const forms = ['length', 'chunked', 'close'] as const;
const troubles = ['reset', 'resetInside', 'garbage', 'early', 'trickle', 'pause'] as const;

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** What must have come; with trouble, a failure by name or the whole answer, never half of it. */
function check(
  answer: HttpAnswer,
  { bytes, seed, trouble }: Script,
  body: Buffer | undefined,
  wantsBody: boolean,
): void {
  const where = `${JSON.stringify({ bytes, seed, trouble })}: ${answer.status} ${answer.message}`;
  if (trouble !== undefined && answer.failure !== undefined) {
    assert.match(answer.failure.name, /^(java|org)\./, where);
    return;
  }
  assert.equal(answer.failure, undefined, where);
  assert.ok(trouble !== 'reset' && trouble !== 'garbage', where);
  if (answer.status === 200 && trouble === undefined)
    assert.match(answer.head, new RegExp(`x-sum: ${sumOf(body ?? Buffer.alloc(0))}(\r|$)`, 'im'), where);
  if (wantsBody) assert.ok(answer.body?.equals(contentOf(seed, bytes)), where);
  else assert.ok(answer.bodyBytes >= bytes, where);
}

test('whatever is asked and answered at the same time, each gets what is its own', async (t) => {
  const origin = await ScriptedOrigin.start(t, 'one');
  const outcomes = { whole: 0, failed: 0 };
  const user = async (number: number): Promise<void> => {
    const random = numbersOf(number + 1);
    const client = createHttpClient();
    for (let index = 0; index < requests; index++) {
      const script: Script = {
        form: pick(random, forms),
        bytes: Math.floor(random() ** 4 * 200_000),
        seed: Math.floor(random() * 1e6),
        trouble: random() < 0.15 ? pick(random, troubles) : undefined,
        hints: random() < 0.2,
      };
      // A server in trouble reads no body, and does not notice then that its client has gone.
      const body =
        random() < 0.5 && script.trouble === undefined
          ? contentOf(index, Math.floor(random() ** 4 * 500_000))
          : undefined;
      const wantsBody = random() < 0.7;
      const request = loadRequest(origin.port, {
        method: body === undefined ? 'GET' : pick(random, ['POST', 'PUT']),
        target: targetOf(script),
        body,
        keepAlive: random() < 0.9,
        responseMs: 60_000,
      });
      const answer = await client.send(request, `x-${number}-${index}`, wantsBody);
      check(answer, script, body, wantsBody);
      outcomes[answer.failure === undefined ? 'whole' : 'failed']++;
    }
    client.close();
  };
  await Promise.all(Array.from({ length: users }, (_, number) => user(number)));
  assert.equal(outcomes.whole + outcomes.failed, users * requests);
  assert.ok(outcomes.failed > 0 && outcomes.whole > outcomes.failed * 5, JSON.stringify(outcomes));
  await eventually(() => origin.open === 0);
});

test('over TLS as well', async (t) => {
  const { server } = await testCertificates();
  const origin = await RawOrigin.start(
    t,
    ({ head, body }) => {
      const [, bytes, seed] = /\/(\d+)\/(\d+)/.exec(head) ?? [];
      return answerOf('200 OK', [`X-Sum: ${sumOf(body)}`], contentOf(Number(seed), Number(bytes)));
    },
    server,
  );
  const user = async (number: number): Promise<void> => {
    const random = numbersOf(number + 1);
    const client = createHttpClient();
    for (let index = 0; index < 10; index++) {
      const bytes = Math.floor(random() ** 3 * 200_000);
      const body = contentOf(index, Math.floor(random() ** 3 * 200_000));
      const request = loadRequest(origin.port, {
        secure: true,
        method: 'POST',
        target: `/${bytes}/${number}`,
        body,
      });
      check(await client.send(request, 'x', true), { form: 'length', bytes, seed: number }, body, true);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: 8 }, (_, number) => user(number)));
  assert.equal(origin.connections, 8);
  await eventually(() => origin.open === 0);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SorryPage } from '../model.ts';
import { sorryAnswer } from './answer.ts';

const page: SorryPage = {
  retryAfterSeconds: 7,
  variants: [
    { contentType: 'text/html', language: 'es', body: '<h1>Volvemos</h1> €' },
    { contentType: 'application/json', body: '{}' },
  ],
};
const get = { method: 'GET', isUpgrade: false };

test('a sorry answer says when to come back, that nobody may keep it, and who made it', () => {
  const { status, reason, fields, body } = sorryAnswer(page, get, 'sorry');
  assert.deepEqual([status, reason], [503, 'Service Unavailable']);
  assert.equal(body.toString(), '<h1>Volvemos</h1> €');
  assert.deepEqual(Object.fromEntries(fields), {
    'Retry-After': '7',
    'Cache-Control': 'no-store',
    'X-Relevo-Outcome': 'sorry',
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': String(body.length),
    'Content-Language': 'es',
    Vary: 'Accept, Accept-Language',
  });
});

test('an answer to a request that was shed says so', () => {
  const { fields } = sorryAnswer(page, { ...get, accept: 'application/json' }, 'shed');
  const told = Object.fromEntries(fields);
  assert.equal(told['X-Relevo-Outcome'], 'shed');
  assert.equal(told['Content-Type'], 'application/json');
  assert.equal(told['Content-Language'], undefined);
});

test('HEAD gets the fields of GET without the body', () => {
  const [head, whole] = [{ ...get, method: 'HEAD' }, get].map((one) => sorryAnswer(page, one, 'sorry'));
  assert.deepEqual(head?.fields, whole?.fields);
  assert.equal(head?.body.length, 0);
});

test('an upgrade gets a bare 503', () => {
  const { status, fields, body } = sorryAnswer(page, { ...get, isUpgrade: true }, 'sorry');
  assert.equal(status, 503);
  assert.equal(body.length, 0);
  assert.deepEqual(
    fields.map(([name]) => name),
    ['Retry-After', 'Cache-Control', 'X-Relevo-Outcome', 'Content-Length'],
  );
});

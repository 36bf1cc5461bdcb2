import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeWorld } from '../../../tests/support/route-world.ts';

const path = '/api/v1/namespaces/a/serviceaccounts/robot/token';

async function withAccount() {
  const found = routeWorld();
  await found.world.must('POST', '/api/v1/namespaces/a/serviceaccounts', { metadata: { name: 'robot' } });
  return found;
}

test('a token is issued for the account, and a review knows it', async () => {
  const { world } = await withAccount();
  const spec = { audiences: ['x'], expirationSeconds: 600 };
  const answer = await world.ask('POST', path, { body: { spec } });
  assert.equal(answer.status, 201);
  assert.deepEqual([answer.body.kind, answer.body.spec], ['TokenRequest', spec]);
  assert.equal(answer.body.status.expirationTimestamp, '2030-01-01T00:10:00Z');
  const { token } = answer.body.status;
  const reviews = '/apis/authentication.k8s.io/v1/tokenreviews';
  const review = await world.must('POST', reviews, { spec: { token, audiences: ['x', 'y'] } });
  assert.equal(review.status.user.username, 'system:serviceaccount:a:robot');
  assert.deepEqual(review.status.audiences, ['x']);
});

test('a dry run has no token', async () => {
  const { world } = await withAccount();
  const { status } = await world.must('POST', `${path}?dryRun=All`, { spec: {} });
  assert.equal(status.token, '');
});

test('a token that lives too short, of another account or of none is refused', async () => {
  const { world } = await withAccount();
  const short = await world.ask('POST', path, { body: { spec: { expirationSeconds: 60 } } });
  assert.match(short.body.message, /may not specify a duration less than 10 minutes/);
  assert.equal((await world.ask('POST', path, { body: { metadata: { name: 'x' } } })).status, 400);
  assert.equal((await world.ask('POST', path.replace('robot', 'none'), { body: {} })).status, 404);
  assert.equal((await world.ask('GET', path)).status, 405);
});

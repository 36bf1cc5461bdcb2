import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runtimeApiPeer } from '../../../tests/support/lb/runtime-api-peer.ts';

test('commands of one moment leave together, and each gets its own answer', async (t) => {
  const { api, chunks } = await runtimeApiPeer(t, (command) => `said ${command}`);
  const answers = await Promise.all(['one', 'two', 'three'].map((command) => api.send(command)));
  assert.deepEqual(answers, ['said one', 'said two', 'said three']);
  assert.deepEqual(chunks, ['one\ntwo\nthree\n']);
  assert.equal(await api.send('four'), 'said four');
});

test('an order is refused with the words of HAProxy, and resolves with what it may say', async (t) => {
  const { api } = await runtimeApiPeer(t, (command) => (command === 'add' ? 'Added.' : 'No such server.'));
  assert.equal(await api.order('add', /added/i), 'Added.');
  await assert.rejects(api.order('del server a/b', /deleted/), /refuses del server a\/b: No such server/);
});

test('whoever waits is told when the process is gone, and so is everybody after', async (t) => {
  const { api, hangUp } = await runtimeApiPeer(t);
  const waiting = api.send('show stat').then(
    () => 'answered',
    ({ message }: Error) => message,
  );
  hangUp();
  assert.match(await waiting, /answered|closed|ECONNRESET|EPIPE/);
  await assert.rejects(async () => {
    for (;;) await api.send('show info');
  });
});

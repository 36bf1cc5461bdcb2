import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { HostListeners, parseListeners } from './listeners.ts';

const head =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, state: string, inode: number) =>
  `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0000 100 0 0 10 0`;

test('addresses are read as the kernel prints them', () => {
  const text = [
    head,
    line('00000000:1388', '0A', 1),
    line('0302107F:1F90', '0A', 2),
    line('0302107F:1F90', '01', 3),
    line('00000000000000000000000000000000:0050', '0A', 4),
    line('00000000000000000000000001000000:0050', '0A', 5),
    line('0000000000000000FFFF00000302107F:0050', '0A', 6),
    line('B80D0120000000000000000001000000:0050', '0A', 7),
    '',
  ].join('\n');
  assert.deepEqual(
    parseListeners(text).map(({ address, port, inode }) => `${inode} ${address} ${port}`),
    ['1 0.0.0.0 5000', '2 127.16.2.3 8080', '4 :: 80', '5 ::1 80', '6 127.16.2.3 80', '7 2001:db8::1 80'],
  );
});

test('a listener of this process is found, with who holds it', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  const view = new HostListeners();
  const mine = view.socketsOf([process.pid]);
  const found = view.listeners().filter(({ inode, port }) => mine.has(inode) && port === address.port);
  assert.deepEqual(
    found.map((one) => one.address),
    ['127.0.0.1'],
  );
  assert.match(
    view.holderOf(found[0] as (typeof found)[0]) ?? '',
    new RegExp(`\\(process ${process.pid}\\)$`),
  );
  assert.equal(view.holderOf({ address: '', port: 1, inode: '-1' }), undefined);
  assert.deepEqual(view.socketsOf([2 ** 30]), new Set());
});

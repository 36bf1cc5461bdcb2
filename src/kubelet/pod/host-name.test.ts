import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostNameHint } from './host-name.ts';

test('only commands that ask the kernel for the host name are told whose it is', () => {
  const of = (...command: string[]) => hostNameHint({ name: 'a', command }, 'web-1');
  assert.match(of('hostname') ?? '', /"web-1", is in the variable HOSTNAME/);
  assert.ok(of('python3', '-c', 'import socket; print(socket.gethostname())'));
  assert.ok(of('sh', '-c', 'echo $(hostname)'));
  assert.equal(of('sh', '-c', 'echo $HOSTNAME'), undefined);
  assert.equal(of(), undefined);
});

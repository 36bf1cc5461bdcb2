import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { assertTold } from '../../../tests/support/drill/languages.ts';
import type { Told } from '../told.ts';
import { whyOthersDoNot } from './machine-reach.ts';

let settings: string;
beforeEach(() => {
  settings = mkdtempSync(path.join(os.tmpdir(), 'relevo-reach-'));
  for (const family of ['ipv4', 'ipv6'])
    for (const name of ['all', 'default', 'eth0', 'lo']) forward(family, name, name === 'lo');
});
afterEach(() => rmSync(settings, { recursive: true, force: true }));

function forward(family: string, name: string, isOn: boolean): void {
  const folder = path.join(settings, family, 'conf', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'forwarding'), isOn ? '1\n' : '0\n');
}

function whyNot(...hosts: string[]): Told | undefined {
  return whyOthersDoNot(hosts, { addresses: ['192.0.2.2', 'fd00::2'], settings });
}

test('addresses of the loopback are of this machine alone, whatever it forwards', () => {
  forward('ipv4', 'all', true);
  forward('ipv6', 'all', true);
  assert.match(whyNot('127.3.0.4', '::1')?.en ?? '', /addresses of its loopback/);
  assertTold(whyNot('127.3.0.4'));
});

test('other addresses are, as long as it forwards nothing', () => {
  assert.match(whyNot('10.1.0.4', 'fd01::4')?.en ?? '', /it forwards nothing/);
  assertTold(whyNot('10.1.0.4'));
});

test('one interface that forwards is enough for others to come in', () => {
  forward('ipv4', 'eth0', true);
  assert.equal(whyNot('10.1.0.4'), undefined);
  assert.equal(whyNot('127.3.0.4', '10.1.0.4'), undefined);
  assert.match(whyNot('fd01::4')?.en ?? '', /it forwards nothing/, 'that is of the other family');
});

test('addresses of IPv6 have a forwarding of their own', () => {
  forward('ipv6', 'eth0', true);
  assert.equal(whyNot('fd01::4'), undefined);
  assert.equal(whyNot('10.1.0.4', 'fd01::4'), undefined);
  assert.match(whyNot('10.1.0.4')?.en ?? '', /it forwards nothing/);
});

test('what cannot be read may forward', () => {
  rmSync(path.join(settings, 'ipv6'), { recursive: true });
  assert.equal(whyNot('fd01::4'), undefined);
});

test('pods of the host network have its addresses, and those are reached by others', () => {
  assert.equal(whyNot('192.0.2.2'), undefined);
  assert.equal(whyNot('127.3.0.4', 'fd00::2'), undefined);
});

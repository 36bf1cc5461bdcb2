// Drills are written, told and refused without a cluster: what is wrong with a file is said with its line, before anything is started.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { RelevoHome } from '../support/relevo.ts';

suite('the files of drills', () => {
  const home = new RelevoHome();
  after(() => home.remove());
  const file = (name: string) => path.join(home.path, name);
  const relevo = (...words: string[]) => home.start(...words, '--lang', 'en').ended;

  test('the catalogue is listed, and for scripts as JSON', async () => {
    const { code, stdout } = await relevo('drill', 'list');
    assert.equal(code, 0);
    assert.match(stdout, /^Resistance\n(?: {2}.*\n)* {2}replica-killed +A replica dies$/m);
    const { stdout: json } = await relevo('drill', 'list', '-o', 'json');
    const names = JSON.parse(json).map(({ name }: { name: string }) => name);
    assert.ok(names.includes('replica-killed'));
  });

  test('a new one is written once, and can be explained', async () => {
    const first = file('first.yml');
    const { code, stdout } = await relevo('drill', 'new', first, '--service', 'shop', '--fault', 'node-stop');
    assert.deepEqual([code, stdout.includes(first)], [0, true]);
    const explained = await relevo('drill', 'explain', first);
    assert.match(explained.stdout, /the Service default\/shop/);
    assert.match(explained.stdout, /0 s later, node-stop, for 10 s/);
    writeFileSync(first, 'mine');
    const again = await relevo('drill', 'new', first);
    assert.deepEqual([again.code, again.stderr.includes('exists already')], [2, true]);
    assert.equal(readFileSync(first, 'utf8'), 'mine');
  });

  test('everything that is wrong with one is told with its line, and nothing is started', async () => {
    const bad = file('bad.yml');
    writeFileSync(bad, 'target: { service: web }\nfaults:\n  - { fault: node-stp }\nexpect: { p99: fast }\n');
    for (const verb of ['explain', 'run']) {
      const { code, stdout, stderr } = await relevo('drill', verb, bad);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /bad\.yml:3: faults\[0\]\.fault: there is no fault "node-stp"/);
      assert.match(stderr, /bad\.yml:4: expect\.p99: "fast" is no limit here/);
    }
  });

  for (const [what, words, expected] of [
    ['a name that is nobody', ['explain', 'nobody'], /no drill, fault or file "nobody"/],
    ['a file that is not there', ['explain', './nothing.yml'], /there is no such file/],
    [
      'a fault that is none',
      ['new', '-', '--fault', 'nothing'],
      /there is no fault "nothing"; there are replica-kill/,
    ],
    ['a folder that is not there', ['new', '/nowhere/at/all.yml'], /\/nowhere\/at\/all\.yml/],
  ] as const) {
    test(`${what} is refused in one line`, async () => {
      const { code, stderr } = await relevo('drill', ...words);
      assert.equal(code, 2);
      assert.match(stderr, expected);
      assert.equal(stderr.trimEnd().split('\n').length, 1);
    });
  }
});

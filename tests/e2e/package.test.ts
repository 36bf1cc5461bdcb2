// The published package: packed from the clone, installed into an empty folder, and run there without the sources.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';

const root = path.join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

suite('the package', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-package-'));
    const npm = (cwd: string, ...args: string[]) =>
      execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' });
    npm(root, 'pack', '--pack-destination', folder);
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }');
    npm(folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', `./relevo-${manifest.version}.tgz`);
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs the installed command with the Node of this test, in the empty folder. */
  function relevo(...args: string[]) {
    const env = { ...process.env, RELEVO_HOME: path.join(folder, 'home') };
    const bin = path.join(folder, 'node_modules/.bin/relevo');
    return spawnSync(process.execPath, [bin, ...args], { cwd: folder, env, encoding: 'utf8' });
  }

  test('has no sources, but the licence and the notice', () => {
    const installed = path.join(folder, 'node_modules/relevo');
    assert.deepEqual(readdirSync(installed).sort(), [
      'LICENSE',
      'NOTICE',
      'README.es.md',
      'README.md',
      'dist',
      'examples',
      'package.json',
    ]);
    assert.ok(readdirSync(path.join(installed, 'dist')).every((name) => name.endsWith('.js')));
  });

  test('says its version', () => {
    const { status, stdout, stderr } = relevo('--version');
    assert.deepEqual([status, stdout, stderr], [0, `${manifest.version}\n`, '']);
  });

  test('has the catalogue of drills', () => {
    const { status, stdout, stderr } = relevo('drill', 'list');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /replica-killed/);
  });

  test('loads every verb', () => {
    const { status, stdout, stderr } = relevo('completion', 'bash');
    assert.equal(status, 0, stderr);
    assert.match(stdout, /complete .* relevo/);
  });

  test('shows the demo', () => {
    const { status, stdout, stderr } = relevo('demo', '--lang', 'en');
    // 3: a machine with much else to do cannot tell.
    assert.ok(status === 0 || status === 3, stdout + stderr);
    assert.match(stdout, /^\d+ sent = \d+ ok .* remainder 0$/m);
  });
});

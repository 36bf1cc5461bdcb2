import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { drillResult } from '../../tests/support/drill/drill-result.ts';
import { catalogueFile, catalogueNames } from '../drill/catalogue.ts';
import { drillsOfQuestions } from '../drill/evaluation/evaluate.ts';
import { answering, chosenDrills } from './drill-run-many.ts';
import { UsageError } from './errors.ts';
import { runCommandLine } from './program.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'relevo-many-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A user's own drill, on another Service; it has the name of its file. */
function ownDrill(name: string): string {
  const file = path.join(folder, `${name}.yml`);
  writeFileSync(file, 'target: { service: mine }\nfaults: [{ fault: drain }]\n');
  return file;
}

test("a drill of the user's own answers no question, whatever it is called", () => {
  const drills = chosenDrills([ownDrill('drain'), 'fair-shares'], false);
  assert.deepEqual(
    drills.map(({ scenario, isOfCatalogue }) => [scenario.name, isOfCatalogue]),
    [
      ['drain', false],
      ['fair-shares', true],
    ],
  );
  const attempts = drills.map(({ scenario }) => ({ scenario, result: drillResult({ scenario }) }));
  assert.deepEqual(
    answering(drills, attempts).map(({ scenario }) => scenario.name),
    ['fair-shares'],
  );
});

test('a drill of the catalogue is one by its name and by its file, its copy is not', () => {
  const file = String(catalogueFile('drain'));
  const copy = path.join(folder, 'drain.yml');
  writeFileSync(copy, readFileSync(file));
  cpSync(path.join(path.dirname(file), 'application'), path.join(folder, 'application'), { recursive: true });
  const kinds = ['drain', file, path.relative(process.cwd(), file), copy].map(
    (what) => chosenDrills([what], false)[0]?.isOfCatalogue,
  );
  assert.deepEqual(kinds, [true, true, true, false]);
});

test('without names it is the catalogue, all of it or what the questions need', () => {
  const all = chosenDrills([], true);
  assert.deepEqual(all.map(({ what }) => what).sort(), catalogueNames());
  assert.ok(all.every(({ isOfCatalogue }) => isOfCatalogue));
  const needed = chosenDrills([], false);
  assert.deepEqual(needed.map(({ what }) => what).sort(), [...new Set(drillsOfQuestions)].sort());
});

test('two of one name are refused: their reports would be one', () => {
  const own = ownDrill('drain');
  assert.throws(
    () => chosenDrills([own, 'rollout', 'drain'], false),
    (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /drain\.yml and drain are both called "drain", .*: rename one$/);
      return true;
    },
  );
});

test('all of them, and one by its name, is wrong usage', async () => {
  assert.equal(await runCommandLine(['drill', 'run', '--all', 'drain']), 2);
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { assertSpanish } from '../../tests/support/drill/languages.ts';
import {
  mistakeFile,
  mistakesOfDrills,
  mistakesOfPolicies,
  noMistakes,
} from '../../tests/support/drill/mistakes.ts';
import { parseManifests } from '../cli/manifests.ts';
import { catalogueFile, catalogueNames, readCatalogue } from './catalogue.ts';
import { faults } from './fault/catalogue.ts';
import { areas } from './scenario/defaults.ts';
import { readScenarioFile } from './scenario/read-scenario-file.ts';

suite('the catalogue', () => {
  const drills = readCatalogue();

  test('every drill can be read, has its name, and says in two languages what it shows', () => {
    assert.deepEqual(drills.map(({ name }) => name).sort(), catalogueNames());
    for (const { name, title, why } of drills) {
      for (const text of [title.en, title.es, why.en, why.es]) assert.ok(text, name);
      for (const text of [title.es, why.es]) assertSpanish(text ?? '', name);
      assert.ok(existsSync(String(catalogueFile(name))));
    }
    assert.equal(catalogueFile('nothing'), undefined);
  });

  test('what its faults do is told in Spanish in the words of the drills', () => {
    for (const { name, summary } of faults.values()) assertSpanish(summary.es, name);
  });

  test('covers every area, in their order', () => {
    assert.deepEqual([...new Set(drills.map(({ area }) => area))], areas);
  });

  test("covers every fault of Relevo's own clusters", () => {
    const used = new Set(drills.flatMap((drill) => drill.faults.map(({ fault }) => fault)));
    const left = [...faults.keys()].filter((name) => !used.has(name));
    assert.deepEqual(left.sort(), ['command', 'cordon', 'evict', 'pod-delete']);
  });

  test('is applied to manifests that have the Service it is about', () => {
    for (const { name, application, target } of drills) {
      const objects = application.flatMap((file) => parseManifests(readFileSync(file, 'utf8'), file));
      const isThere = objects.some(
        ({ object: { kind, metadata } }) =>
          kind === 'Service' &&
          metadata?.name === target.service?.name &&
          metadata?.namespace === target.service?.namespace,
      );
      assert.ok(isThere, name);
    }
  });

  test('a name that leads out of it is none', () => {
    assert.equal(catalogueFile('../balancer/shop'), undefined);
    assert.equal(catalogueFile('application'), undefined);
  });
});

suite('seeded mistakes', () => {
  for (const { name } of [...mistakesOfPolicies, ...mistakesOfDrills, ...noMistakes]) {
    test(`${name} is a drill that may be run: what is wrong with it only shows when it is`, () => {
      assert.equal(readScenarioFile(mistakeFile(name)).name, name);
    });
  }
});

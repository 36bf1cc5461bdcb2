import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readCatalogue } from '../drill/catalogue.ts';
import { faults } from '../drill/fault/catalogue.ts';
import { checkScenario } from '../drill/scenario/check-scenario.ts';
import { readScenario } from '../drill/scenario/read-scenario.ts';
import { drillInWords } from './drill-in-words.ts';
import { drillTemplate } from './drill-template.ts';
import { faultInWords, faultsInWords } from './fault-in-words.ts';
import { messagesFor } from './messages/messages.ts';

const nothingIsLeftOut = /undefined|NaN|\[object/;

for (const language of ['en', 'es'] as const) {
  const { drills: words } = messagesFor(language);

  suite(`in ${language}`, () => {
    for (const fault of faults.values()) {
      test(`a new drill with ${fault.name} is one that can be run as it is`, () => {
        const text = drillTemplate({ service: 'web', namespace: 'default', fault, language }, words);
        const scenario = readScenario(text, 'first.yml', faults);
        assert.deepEqual(checkScenario(scenario), []);
        assert.equal(scenario.faults[0]?.fault, fault.name);
      });

      test(`${fault.name} is explained with all of its parameters`, () => {
        const text = faultInWords(fault, words, language);
        assert.doesNotMatch(text, nothingIsLeftOut);
        for (const name of Object.keys(fault.parameters.properties ?? {}))
          assert.ok(text.includes(name), name);
      });
    }

    for (const drill of readCatalogue()) {
      test(`${drill.name} is explained with its faults and all that is expected`, () => {
        const text = drillInWords(drill, words, language);
        assert.doesNotMatch(text, nothingIsLeftOut);
        assert.ok(text.includes(String(drill.title[language])));
        for (const { fault } of drill.faults) assert.ok(text.includes(fault));
        for (const { measure, limit } of drill.expectations)
          assert.ok(text.includes(`${measure} ${limit.text}`));
      });
    }

    test('all faults are listed', () => {
      const text = faultsInWords(faults.values(), words, language);
      for (const name of faults.keys()) assert.ok(text.includes(`  ${name} `), name);
    });
  });
}

// The same plan as JMeter carried it out: tests/support/load/jmx/sequences-2.13.jmx, what JMeter 2.13 wrote into its results for each group.
// `/bad` answers 500. Where a later JMeter does something else, that is what is done here, and listed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSavedJmx } from '../../../tests/support/load/jmx-plans.ts';
import { UserWorld } from '../../../tests/support/load/user-world.ts';

const jmeter: Readonly<Record<string, string>> = {
  'interleave blocks': 'A B C D A B',
  'interleave ignore': 'A C B C A',
  'interleave ignore two': 'A C B D A C',
  'interleave passes': 'B C B C',
  'interleave thr': 'B A B A B A',
  'once loop': 'A B B A B B',
  'once simple': 'A B B B B',
  'once while fail': 'A B X B X',
  'thr 50': 'B A B B A B',
  'thr total': 'A B A B B B',
  'while blank': 'A X C A X C',
  'while last after bad': 'X C',
  'while blank after bad': 'X A X C',
  'err next iteration loop': 'A X A X',
  'err next transaction add': 'A X T A X T',
  'err next transaction parent': 'T T',
  'err stopthread transaction add': 'A X',
  'err stopthread transaction parent': '',
  'trans add': 'A X C T D',
  'trans add timers': 'A X C T D',
  'trans parent': 'T D',
  'trans parent timers': 'T D',
  'trans parent in parent': 'T D',
  'trans add in parent': 'T D',
  'trans parent in add': 'A U C T D',
  'trans add in add': 'A B X U C T D',
  'trans empty parent': 'T D',
  'trans empty add': 'A D',
  'interleave trans': 'C C T',
  nextit: 'A B A B',
  'if each': 'A B C D A B C D',
  'switch number': 'B C A A',
  'switch name': 'B Default',
  'loop zero': 'A C A C',
  'loops in loops': 'A B B C A B B',
  'thr 30': 'B A B B B B A B B B A B B',
  'thr 70 all users': 'A B B A B A B B A B A B A B B A B',
  'next iteration in parent': 'T T',
  'next iteration in additional': 'A T A T',
  'if false': 'B B',
  'if comparison': 'A',
};

/** What is not as JMeter 2.13 has it. */
const deviations: Readonly<Record<string, { labels: string; reason: string }>> = {
  'once while fail': {
    labels: 'A B X A B X',
    reason: 'since JMeter 4.0 a while that begins again begins its once-only controllers again',
  },
  'err stopthread transaction parent': {
    labels: 'T',
    reason: 'JMeter 5 records the transaction in which a user ends; 2.13 loses it with the requests in it',
  },
  'trans add in parent': {
    labels: 'U T D',
    reason: 'JMeter gives the inner sample no thread name, no time and no bytes',
  },
  'trans empty add': {
    labels: 'A T D',
    reason: 'JMeter gives the sample no thread name, and so it is in no group',
  },
};

const { plan } = readSavedJmx('sequences-2.13.jmx');

test('each group of the plan has its line here', () => {
  assert.deepEqual(plan.groups.map(({ name }) => name).sort(), [...Object.keys(jmeter)].sort());
});

for (const group of plan.groups) {
  const { labels, reason } = deviations[group.name] ?? { labels: jmeter[group.name], reason: undefined };
  test(`${group.name}: ${labels}${reason === undefined ? '' : ` (${reason})`}`, async () => {
    const script = ({ target }: { target: string }) => ({ status: target === '/bad' ? 500 : 200 });
    const world = new UserWorld({ ...plan, groups: [group] }, { script });
    assert.equal((await world.run()).labels, labels);
    if (reason !== undefined) assert.notEqual(labels, jmeter[group.name]);
  });
}

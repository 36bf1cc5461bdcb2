import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drillResult, runEvidence } from '../../../tests/support/drill/drill-result.ts';
import { assertTold } from '../../../tests/support/drill/languages.ts';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import { asIs, type Told, told } from '../told.ts';
import type { DrillResult } from '../verdict/evidence.ts';
import type { World } from '../world/world.ts';
import { evaluate } from './evaluate.ts';
import type { Answer, Answered } from './question.ts';

/** A cluster that is known by an API which does not answer. */
const world = {
  client: {
    resource() {
      throw new Error('the API does not answer');
    },
  },
} as unknown as World;

function askedOf(
  results: Readonly<Record<string, DrillResult>>,
  refused: Readonly<Record<string, Told>> = {},
): Promise<Answered[]> {
  const target = targetOf(podsOn([{ node: 'node-1' }, { node: 'node-2' }]));
  return evaluate({
    ...{ world, target, signal: new AbortController().signal },
    ...{ results: new Map(Object.entries(results)), refused: new Map(Object.entries(refused)) },
  });
}

async function answersWith(...given: Parameters<typeof askedOf>): Promise<Record<string, Answer>> {
  const answered = await askedOf(...given);
  return Object.fromEntries(answered.map(({ question, answer }) => [question.id, answer]));
}

test('nine questions and those of the classic assignment are asked, whatever does not answer', async () => {
  const answers = await answersWith({});
  assert.equal(Object.keys(answers).length, 9 + 5);
  assert.deepEqual(answers['images-fetched'], { answer: 'no', evidence: asIs('the API does not answer') });
  assert.equal(answers['placed-on-worker']?.answer, 'yes');
});

test('questions and answers are told in both languages, each in its own', async () => {
  const silent = new Set(['images-fetched', 'placed-in-namespace', 'only-through-balancer']);
  for (const { question, answer } of await askedOf({})) {
    assertTold(question.text, question.id);
    // The words of an API that does not answer are its own.
    if (!silent.has(question.id)) assertTold(answer.evidence, question.id);
  }
  const proof = { at: 0, uncertaintyMs: 0, evidence: told('all are gone', 'no queda ninguno') };
  const names = [
    'drain',
    'fair-shares',
    'saturation',
    'production-lost',
    'everything-down',
    'balancer-killed',
  ];
  const run = runEvidence({ faults: runEvidence().faults.map((fault) => ({ ...fault, proof })) });
  const drills = Object.fromEntries(names.map((name) => [name, drillResult({}, [run])]));
  for (const { question, answer } of await askedOf(drills))
    if (!silent.has(question.id)) assertTold(answer.evidence, question.id);
});

test('what a drill has to show is not possible here without that drill, and says why', async () => {
  const answers = await answersWith(
    {},
    { saturation: told('the target does not answer', 'el objetivo no responde') },
  );
  assert.deepEqual(answers['backups-on-overload'], {
    answer: 'impossible',
    evidence: told('saturation: the target does not answer', 'saturation: el objetivo no responde'),
  });
  assert.equal(answers['equal-shares']?.evidence.en, 'the drill fair-shares was not run');
});

test('backups on overload are those that served after the surge began', async () => {
  const backups = (at: number, active: number) => ({
    ...{ type: 'backups' as const, at, active, wanted: active },
    ...{ uncertaintyMs: 0, source: 'balancer' as const, text: '' },
  });
  const before = runEvidence({ timeline: [backups(9_000, 1), backups(9_500, 0)] });
  const after = runEvidence({ timeline: [backups(10_500, 2)] });
  const answerOf = async (run: typeof before) =>
    (await answersWith({ saturation: drillResult({}, [run]) }))['backups-on-overload'];
  assert.equal((await answerOf(before))?.answer, 'no');
  const answer = await answerOf(after);
  assert.deepEqual([answer?.answer, answer?.evidence.en], ['yes', '2 backups served during the surge']);
});

test('a page of its own is one that users have seen', async () => {
  const seen = (sorry: number) => {
    const { accounting } = runEvidence();
    const bySample = { ok: 1, failed: 3, shed: 0, inFlight: 0, sorry };
    return drillResult({}, [runEvidence({ accounting: { ...accounting, bySample } })]);
  };
  assert.equal((await answersWith({ 'everything-down': seen(0) }))['own-sorry-page']?.answer, 'no');
  const answer = (await answersWith({ 'everything-down': seen(7) }))['own-sorry-page'];
  const evidence = '7 requests saw it while everything was down, 3 failed otherwise';
  assert.deepEqual([answer?.answer, answer?.evidence.en], ['yes', evidence]);
});

test('an address that moves is not claimed where there is none', async () => {
  const answers = await answersWith({});
  assert.equal(answers['address-moves']?.answer, 'impossible');
  assert.equal(answers['answers-on-address']?.answer, 'impossible');
  assert.equal(answers['administration-after-fall']?.answer, 'impossible');
});

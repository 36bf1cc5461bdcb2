import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { type TestContext, test } from 'node:test';
import { drillResult, runEvidence } from '../../../tests/support/drill/drill-result.ts';
import { FakeMachinery } from '../../../tests/support/drill/fake-machinery.ts';
import { assertTold } from '../../../tests/support/drill/languages.ts';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import { freePort } from '../../../tests/support/free-port.ts';
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

const target = targetOf(podsOn([{ node: 'node-1' }, { node: 'node-2' }]));

function askedOf(
  results: Readonly<Record<string, DrillResult>>,
  refused: Readonly<Record<string, Told>> = {},
  own: Partial<World> = {},
): Promise<Answered[]> {
  return evaluate({
    ...{ world: { ...world, ...own }, target, signal: new AbortController().signal },
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
  const one = await answerOf(runEvidence({ timeline: [backups(10_500, 1)] }));
  assert.deepEqual(
    [one?.evidence.en, one?.evidence.es],
    ['1 backup served during the surge', '1 respaldo atendió durante la sobrecarga'],
  );
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
  const { evidence: single } = (await answersWith({ 'everything-down': seen(1) }))['own-sorry-page'] ?? {};
  assert.equal(single?.en, '1 request saw it while everything was down, 3 failed otherwise');
  assert.equal(single?.es, '1 petición la vio mientras todo estaba caído, 3 fallaron de otro modo');
});

/** A server at this address, and what becomes of the questions while it is there. */
async function withServer(
  t: TestContext,
  host: string,
  own: (port: number) => Partial<World>,
): Promise<Record<string, Answer>> {
  const server = createServer((_request, response) => response.end('well'));
  server.listen(0, host);
  await once(server, 'listening');
  t.after(() => server.close());
  const answered = await askedOf({}, {}, own((server.address() as AddressInfo).port));
  return Object.fromEntries(answered.map(({ question, answer }) => [question.id, answer]));
}

/** The address that this machine has for others. */
const outer = Object.values(networkInterfaces())
  .flatMap((some) => some ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

/** The target's pods have this address, and listen there. */
function podsAt(address: string, containerPort: number): Pick<World, 'client'> {
  const items = target.pods.map(({ uid }) => ({
    metadata: { uid },
    spec: { containers: [{ ports: [{ containerPort }] }] },
    status: { podIP: address, podIPs: [{ ip: address }] },
  }));
  return { client: { resource: () => ({ list: async () => ({ items }) }) } } as unknown as World;
}

const machinery = new FakeMachinery({});

test('pods that only this machine reaches are reached only through the balancer by everybody else', async (t) => {
  const through = async (host: string, own: Partial<World>) =>
    (await withServer(t, host, (port) => ({ ...podsAt(host, port), ...own })))['only-through-balancer'];
  const here = await through('127.0.0.1', { machinery });
  assert.equal(here?.answer, 'yes');
  assert.match(here?.evidence.en ?? '', /^only the machine that the cluster runs on reaches its pods \(127/);
  assertTold(here?.evidence);
  const elsewhere = await through('127.0.0.1', {});
  assert.equal(elsewhere?.answer, 'no', 'of another cluster, nobody knows who is where');
  assertTold(elsewhere?.evidence);
  if (outer !== undefined) assert.equal((await through(outer, { machinery }))?.answer, 'no');
});

test('pods that nobody reaches are reached only through the balancer', async () => {
  const port = await freePort();
  const answered = await askedOf({}, {}, podsAt('127.0.0.1', port));
  const found = answered.find(({ question }) => question.id === 'only-through-balancer');
  assert.equal(found?.answer.answer, 'yes');
  assertTold(found?.answer.evidence);
});

/** The balancer says that they are at its loopback. */
function statisticsAt(port: number): Pick<World, 'balancer'> {
  const statistics = { url: `http://127.0.0.1:${port}/stats`, user: 'admin', password: 'secret' };
  return { balancer: async () => ({ statistics }) } as unknown as World;
}

test('statistics are read from outside when somebody listens at an address that others have', async (t) => {
  const outside = async (host: string) =>
    (await withServer(t, host, statisticsAt))['statistics-from-outside'];
  const inner = await outside('127.0.0.1');
  assertTold(inner?.evidence);
  assert.equal(inner?.answer, outer === undefined ? 'impossible' : 'no', inner?.evidence.en);
  if (outer === undefined) return;
  assert.match(inner?.evidence.en ?? '', /start it with "relevo up --listen/);
  const found = await outside(outer);
  assert.equal(found?.answer, 'yes', found?.evidence.en);
  assert.match(found?.evidence.en ?? '', new RegExp(`^http://${outer}:\\d+/stats answers 200$`));
});

test('an address that moves is not claimed where there is none', async () => {
  const answers = await answersWith({});
  assert.equal(answers['address-moves']?.answer, 'impossible');
  assert.equal(answers['answers-on-address']?.answer, 'impossible');
  assert.equal(answers['administration-after-fall']?.answer, 'impossible');
});

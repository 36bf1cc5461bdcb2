import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import { systemClock } from '../../base/clock.ts';
import { silentLogger } from '../../base/logger.ts';
import { machineTime } from '../../base/machine-time.ts';
import type { Fault, Victims } from '../fault/fault.ts';
import type { FaultStep } from '../scenario/scenario.ts';
import { asIs } from '../told.ts';
import type { World } from '../world/world.ts';
import { FaultRun, type FaultRunOptions } from './fault-run.ts';
import { carryOutFaults } from './fault-schedule.ts';

const nobody: Victims = { pods: [], nodes: [], balancer: false, controlPlane: false, states: [] };
const target = targetOf(podsOn([{ node: 'n1' }, { node: 'n2' }, { node: 'n3' }]));
const world = {
  clock: systemClock,
  logger: silentLogger,
  stateFolder: '',
  mayRunCommands: false,
} as unknown as World;

/** What happens, in order. */
class Story {
  readonly log: string[] = [];
  readonly keeper = {
    pledge: (key: string) => void this.log.push(`pledge ${key}`),
    undo: async (key: string) => {
      this.log.push(`undo ${key}`);
      return [];
    },
  };

  run(key: string, step: Partial<FaultStep>, fault: Partial<Fault> = {}): FaultRun {
    const whole: Fault = {
      ...{ name: 'cut', summary: { en: '', es: '' }, parameters: {}, lasts: true },
      impossible: async () => undefined,
      choose: (_target, _parameters, random) => {
        this.log.push(`choose ${key} ${random().toFixed(6)}`);
        return nobody;
      },
      undo: () => [],
      inject: async () => void this.log.push(`inject ${key}`),
      proof: async () => ({ at: machineTime(), uncertaintyMs: 0, evidence: asIs(key) }),
      ...fault,
    };
    return new FaultRun({
      ...{ index: 0, seed: 7, world, key, fault: whole, answersOf: () => 0 },
      step: { fault: 'cut', start: { type: 'at', ms: 0 }, parameters: {}, ...step },
      watch: { view: () => target } as unknown as FaultRunOptions['watch'],
      keeper: this.keeper as unknown as FaultRunOptions['keeper'],
    });
  }
}

function play(runs: readonly FaultRun[], signal = new AbortController().signal): Promise<void> {
  const alive = setInterval(() => {}, 1_000);
  const tools = { clock: systemClock, signal, onChange: () => {} };
  return carryOutFaults(runs, machineTime(), tools).finally(() => clearInterval(alive));
}

test('what undoes a fault is written down before it begins', async () => {
  const story = new Story();
  await play([story.run('a', { forMs: 1 })]);
  assert.deepEqual(story.log.slice(1), ['pledge a', 'inject a', 'undo a']);
});

test('the same seed chooses the same', async () => {
  const [one, other] = [new Story(), new Story()];
  await play([one.run('a', {})]);
  await play([other.run('a', {})]);
  assert.equal(one.log[0], other.log[0]);
});

test('a fault that could not be written down is not injected', async () => {
  const story = new Story();
  const run = story.run('a', {});
  story.keeper.pledge = () => {
    throw new Error('the disk is full');
  };
  await play([run]);
  assert.equal(run.state.injectedAt, undefined);
  assert.equal(run.state.problem?.en, 'cut could not be injected: the disk is full');
});

test('one begins after the one before it was proven', async () => {
  const story = new Story();
  let isProven = false;
  const slow = story.run(
    'a',
    {},
    {
      proof: async () => {
        if (!story.log.includes('looked')) {
          story.log.push('looked');
          return undefined;
        }
        isProven = true;
        return { at: machineTime(), uncertaintyMs: 0, evidence: asIs('') };
      },
    },
  );
  const next = story.run(
    'b',
    { start: { type: 'after', ms: 0 } },
    {
      inject: async () => assert.ok(isProven),
    },
  );
  await play([slow, next]);
  assert.equal(next.state.problem, undefined);
  assert.ok(next.state.proof);
});

test('a fault that is never proven is told so, and undone after its time all the same', async () => {
  const story = new Story();
  const run = story.run('a', { forMs: 1 }, { proof: async () => undefined, proofWithinMs: 1 });
  await play([run]);
  assert.equal(run.state.proof, undefined);
  assert.match(run.state.problem?.en ?? '', /^cut was not proven: nothing showed/);
  assert.equal(story.log.at(-1), 'undo a');
});

test('an interrupted schedule begins nothing more and waits for nothing', async () => {
  const story = new Story();
  const runs = [
    story.run('a', { start: { type: 'at', ms: 60_000 } }),
    story.run('b', { start: { type: 'after', ms: 60_000 } }),
  ];
  const controller = new AbortController();
  const over = play(runs, controller.signal);
  controller.abort();
  await over;
  assert.deepEqual(story.log, []);
  assert.deepEqual(
    runs.map(({ state }) => state.problem?.en),
    Array(2).fill('the drill was ended before cut'),
  );
});

test('nothing that was not begun is undone, and nothing twice', async () => {
  const story = new Story();
  const run = story.run('a', {});
  await run.undo();
  assert.deepEqual(story.log, []);
  const begun = story.run('b', {});
  await play([begun]);
  await Promise.all([begun.undo(), begun.undo()]);
  assert.equal(story.log.filter((line) => line === 'undo b').length, 1);
});

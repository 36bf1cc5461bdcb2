import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jmxElement, planOf, readSavedJmx, readText } from '../../../../tests/support/load/jmx-plans.ts';
import { parseSchedule } from './open-model.ts';

const load = (properties: Record<string, string>, className = 'ThreadGroup') =>
  readText(planOf(jmxElement(className, 'Group', properties)));

describe('a thread group', () => {
  it('runs for ever with -1 loops, until its duration ends, after its delay; both may be templates', () => {
    const [group] = readSavedJmx('controllers-5.6.jmx').plan.groups;
    assert.deepEqual(group?.load, {
      model: 'closed',
      users: '1',
      rampUpMs: '1000',
      delayMs: '5000',
      durationMs: '${__P(duration,60)}000',
    });
    assert.equal(group?.sameUser, false);
    assert.equal(group?.onError, 'next-iteration');
  });

  it('leaves delay and duration alone while its scheduler is off', () => {
    const read = load({ 'ThreadGroup.duration': '60', 'ThreadGroup.delay': '5' });
    const { delayMs, durationMs } = {
      durationMs: undefined,
      ...(read.plan.groups[0]?.load as { delayMs: string }),
    };
    assert.deepEqual([delayMs, durationMs], ['0', undefined]);
  });

  it('has a scheduler with a duration, or with an end by the clock, which is not supported', () => {
    const scheduled = { 'ThreadGroup.scheduler': 'true' };
    assert.throws(() => load(scheduled), { message: /the scheduler is on, but it has no duration$/ });
    const [unsupported] = load({ ...scheduled, 'ThreadGroup.end_time': '1457798199000' }).unsupported;
    assert.equal(unsupported?.what, 'Thread Group (ThreadGroup): an end by the clock (ThreadGroup.end_time)');
  });
});

describe('a switch with an expression', () => {
  const switched = (text: string, properties = {}) =>
    readText(
      planOf(
        jmxElement('ThreadGroup', 'Group', { 'ThreadGroup.scheduler': text, 'ThreadGroup.duration': '9' }),
      ),
      {
        properties,
      },
    );
  const duration = (read: ReturnType<typeof switched>) => {
    const load = read.plan.groups[0]?.load;
    return load?.model === 'closed' ? load.durationMs : 'open';
  };

  it('is decided when the expression is a property, given or with its default', () => {
    assert.equal(duration(switched('${__P(on,true)}')), '9000');
    assert.equal(duration(switched('${__P(on,true)}', { on: 'false' })), undefined);
    assert.equal(duration(switched('${__P(on)}')), undefined);
  });

  it('is unsupported when only a run could decide it', () => {
    assert.match(
      switched('${on}').unsupported[0]?.what ?? '',
      /a switch with an expression \(ThreadGroup\.scheduler\)$/,
    );
  });
});

describe('an open model thread group', () => {
  it('has its schedule as stages', () => {
    const [group] = readSavedJmx('open-model-5.6.jmx').plan.groups;
    assert.deepEqual(group?.load, {
      model: 'open',
      arrivals: 'poisson',
      maxUsers: 10_000,
      stages: [
        { fromRate: 0, toRate: 10, durationMs: 60_000 },
        { fromRate: 10, toRate: 10, durationMs: 120_000 },
        { fromRate: 0, toRate: 0, durationMs: 5000 },
        { fromRate: 1, toRate: 1, durationMs: 30_000 },
      ],
    });
  });

  it('is refused with a schedule that is not understood', () => {
    const schedule = (text: string) => parseSchedule(text);
    assert.equal(
      schedule('rate(1/sec) even_arrivals(1 fortnight)'),
      'has "even_arrivals(1 fortnight)", which is not understood',
    );
    assert.equal(schedule('rate(1/sec) and so on'), 'is not understood from "and so on" on');
    assert.equal(schedule('rate(1/sec)'), 'has no arrivals');
    const properties = { 'OpenModelThreadGroup.schedule': 'rate(' };
    assert.throws(() => load(properties, 'OpenModelThreadGroup'), {
      message: /the schedule is not understood from "rate\(" on$/,
    });
  });

  it('is unsupported where it mixes even and random arrivals', () => {
    const schedule = 'rate(1/s) even_arrivals(1 s) random_arrivals(1 s)';
    const { plan, unsupported } = load({ 'OpenModelThreadGroup.schedule': schedule }, 'OpenModelThreadGroup');
    assert.deepEqual(plan.groups, []);
    assert.match(unsupported[0]?.what ?? '', /even and random arrivals in one schedule/);
  });
});

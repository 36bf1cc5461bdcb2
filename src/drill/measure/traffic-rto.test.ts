import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fault, pods, Story } from '../../../tests/support/drill/story.ts';
import { asIs } from '../told.ts';
import { BadSamples } from './bad-samples.ts';
import type { MeasuredFault } from './measured-fault.ts';
import { trafficRto } from './traffic-rto.ts';

const [a] = pods;
const victimA = { pods: a ? [a] : [] };
const slowMs = 500;

function rtoOf(
  story: Story,
  faults: readonly MeasuredFault[],
  more: { limitMs?: number; ratePerSecond?: number } = {},
) {
  const { samples, records } = story;
  const attribution = story.attribute(faults);
  const bad = new BadSamples({ samples, records, attribution, faults, pods, slowMs });
  return trafficRto({ samples, bad, faults, servers: 3, ratePerSecond: 100, ...more });
}

test('it is from the proof to the end of the last bad sample', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(8_000), { maxLength: 20 }), fc.nat(100), (fails, late) => {
      const story = new Story();
      story.good(0, 20_000);
      for (const after of fails) story.fails(5_000 + after, 'a');
      const proof = { at: 5_000 + late, uncertaintyMs: 10, evidence: asIs('') };
      const { value, uncertainty } = rtoOf(story, [fault(5_000, victimA, { proof })]);
      const last = fails.length === 0 ? 0 : Math.max(...fails) + 10 - late;
      assert.equal(value, Math.max(0, last));
      assert.equal(uncertainty, 10);
    }),
  );
});

test('slow counts where a victim, a failed server or the wait for one made it so, and not elsewhere', () => {
  const slow = (record: Parameters<Story['add']>[1], who = victimA) => {
    const story = new Story();
    story.good(0, 20_000);
    story.add({ startedAt: 6_000, elapsedMs: 1_000 }, record);
    return rtoOf(story, [fault(5_000, who)]).value;
  };
  assert.equal(slow({ server: 'a' }), 2_000);
  assert.equal(slow({ server: 'b', retries: 1 }), 2_000);
  assert.equal(slow({ server: 'b', waitedMs: 900 }), 2_000);
  assert.equal(slow(null), 2_000);
  // A server that is slow by itself, and a generator that is.
  assert.equal(slow({ server: 'b' }), 0);
  assert.equal(slow({ server: 'b', totalMs: 5 }), 0);
});

test('who waited for a balancer that was not there saw its fault', () => {
  const story = new Story();
  story.good(0, 20_000);
  story.add({ startedAt: 6_000, elapsedMs: 1_000 }, { server: 'b', totalMs: 5 });
  assert.equal(rtoOf(story, [fault(5_000, { balancer: true })]).value, 2_000);
});

test('bad until the end is no recovery', () => {
  const story = new Story();
  story.good(0, 5_000);
  for (let at = 5_000; at < 20_000; at += 100) story.fails(at, 'a');
  const measured = rtoOf(story, [fault(5_000, victimA)]);
  assert.deepEqual([measured.value, measured.broken], [undefined, true]);
});

test('less than 5 s of good traffic decide nothing', () => {
  const story = new Story();
  story.good(0, 9_000);
  story.fails(6_000, 'a');
  const measured = rtoOf(story, [fault(5_000, victimA)]);
  assert.deepEqual([measured.value, measured.broken], [undefined, undefined]);
  assert.match(measured.why?.en ?? '', /good traffic/);
});

test('a rate that could miss an outage as long as the limit decides nothing', () => {
  const story = new Story();
  story.good(0, 20_000);
  const faults = [fault(5_000, victimA)];
  assert.equal(rtoOf(story, faults, { limitMs: 2_000, ratePerSecond: 15 }).value, 0);
  const measured = rtoOf(story, faults, { limitMs: 2_000, ratePerSecond: 14 });
  assert.equal(measured.value, undefined);
  assert.match(measured.why?.en ?? '', /15 requests a second are needed/);
});

test("each fault has its own bad samples, what nobody caused is the latest one's, and the longest time counts", () => {
  const story = new Story();
  story.good(0, 30_000);
  story.fails(6_000, 'a');
  story.fails(12_500, 'c');
  const faults = [fault(5_000, victimA), fault(12_000, { nodes: ['node-2'] }, { step: 1 })];
  assert.equal(rtoOf(story, faults).value, 1_010);
  story.fails(15_000, 'a');
  assert.equal(rtoOf(story, faults).value, 10_010);
});

test('a fault that was not proven cannot be measured', () => {
  const story = new Story();
  story.good(0, 20_000);
  const { proof: _, ...unproven } = fault(5_000, victimA);
  assert.match(rtoOf(story, [unproven]).why?.en ?? '', /not proven/);
  assert.match(rtoOf(story, []).why?.en ?? '', /no fault/);
});

import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { findings, goodEvidence, measured, plan, step } from '../../../tests/support/drill/findings.ts';
import { asIs, type Told, told } from '../told.ts';
import type { FaultEvidence, Verdict } from './evidence.ts';
import type { MeasuredDuring } from './expectations.ts';
import { type Findings, verdictOf, verdictOfRepeats } from './verdict.ts';

/** One measure is different over the whole drill. */
function but(wanted: string, value: number, more: object = {}): MeasuredDuring {
  return (measure, during) =>
    measure === wanted && during === 'drill' ? measured(measure, value, more) : undefined;
}

const brokenCalm: MeasuredDuring = (measure, during) =>
  during === 'calm' && measure === 'availability' ? measured(measure, 0.5) : undefined;

function english(reasons: readonly Told[]): string[] {
  return reasons.map(({ en }) => en);
}

const { proof: _, ...unproven } = goodEvidence;
const noHits: FaultEvidence = { ...goodEvidence, hitsOnVictimsBefore: 0 };
const { accounting } = findings();

suite('the verdict', () => {
  const cases: readonly [string, Findings, Verdict, RegExp | undefined][] = [
    ['all is well', findings(), 'pass', undefined],
    [
      'an expectation is broken',
      findings({}, but('failedRequests', 11)),
      'fail',
      /failedRequests <=10, measured 11/,
    ],
    [
      'failures without a known cause',
      findings({}, but('unattributed', 1)),
      'fail',
      /unattributed 0, measured 1/,
    ],
    [
      'no recovery',
      findings({}, but('trafficRto', 0, { broken: true, why: asIs('no recovery') })),
      'fail',
      /no recovery/,
    ],
    [
      'a limit within the uncertainty',
      findings({}, but('trafficRto', 1_990, { uncertainty: 20 })),
      'inconclusive',
      /1990 ± 20 ms: the limit is within/,
    ],
    [
      'bad without a fault',
      findings({}, brokenCalm),
      'fail',
      /availability without a fault >99%, measured 50%/,
    ],
    [
      'a fault that was not proven',
      findings({ faults: [unproven] }),
      'inconclusive',
      /replica-kill was not proven/,
    ],
    ['a fault that was never begun', findings({ faults: [] }), 'inconclusive', /replica-kill was not proven/],
    [
      'victims nobody had asked',
      findings({ faults: [noHits] }),
      'inconclusive',
      /victims of replica-kill had answered 0/,
    ],
    [
      'victims of whom nobody knows whether they were asked',
      findings({
        faults: [noHits],
        accounting: { ...accounting, why: told('no records', 'sin anotaciones') },
      }),
      'inconclusive',
      /nobody can tell whether the victims of replica-kill had answered before: no records/,
    ],
    [
      'nobody asked while it lasted',
      findings({ faults: [{ ...goodEvidence, samplesInWindow: 3 }] }),
      'inconclusive',
      /3 samples while replica-kill lasted/,
    ],
    [
      'never steady',
      findings({ phases: { load: 0, end: 60_000 }, faults: [] }),
      'inconclusive',
      /steady state was never reached/,
    ],
    [
      'no phase without a fault',
      findings({ phases: { load: 0, steady: 1 } }),
      'inconclusive',
      /without a fault did not take place/,
    ],
    [
      'a generator that was too weak',
      findings({ invalid: [asIs('the generator was saturated')] }),
      'inconclusive',
      /saturated/,
    ],
    [
      'requests that are not accounted for',
      findings({ accounting: { ...accounting, remainder: -1 } }),
      'inconclusive',
      /-1 requests were sent/,
    ],
    [
      'requests that nothing explains',
      findings({ accounting: { ...accounting, unexplained: 2 } }),
      'inconclusive',
      /2 requests are unexplained/,
    ],
    [
      "the balancer's bins say otherwise",
      findings({ accounting: { ...accounting, binsRemainder: 4 } }),
      'inconclusive',
      /differ by 4/,
    ],
    [
      'something that remains',
      findings({ remains: [asIs('node-1 is stopped')] }),
      'fail',
      /could not be taken back: node-1 is stopped/,
    ],
    ['halted', findings({ halted: asIs('60 % of requests were bad for 30 s') }), 'fail', /halted: 60 %/],
    [
      'a probe saw something bad',
      findings({ probes: [{ name: 'front', good: 3, bad: 1, ok: false, saw: asIs('status 500') }] }),
      'fail',
      /probe front: 1 of 4 were bad: status 500/,
    ],
    [
      'a probe that never looked',
      findings({ probes: [{ name: 'front', good: 0, bad: 0, ok: true }] }),
      'inconclusive',
      /probe front never looked/,
    ],
  ];
  for (const [what, found, expected, reason] of cases) {
    test(`${what}: ${expected}`, () => {
      const { verdict, reasons } = verdictOf(plan, found);
      assert.equal(verdict, expected, english(reasons).join('\n'));
      if (reason) assert.match(String(reasons[0]?.en), reason);
      else assert.deepEqual(reasons, []);
    });
  }

  test('a measurement that is not valid goes before a broken expectation, which is told as well', () => {
    const found = findings({ invalid: [asIs('the generator was saturated')] }, but('failedRequests', 11));
    const { verdict, reasons } = verdictOf(plan, found);
    assert.equal(verdict, 'inconclusive');
    assert.match(String(reasons[1]?.en), /failedRequests/);
  });

  test('a broken expectation goes before one that is within the uncertainty', () => {
    const found = findings(
      {},
      (measure, during) =>
        but('failedRequests', 11)(measure, during) ??
        but('trafficRto', 2_000, { uncertainty: 5 })(measure, during),
    );
    assert.equal(verdictOf(plan, found).verdict, 'fail');
  });

  test('what remains is a fail whatever was measured, and comes first', () => {
    const { verdict, reasons } = verdictOf(
      plan,
      findings({ remains: [asIs('node-1 is stopped')], faults: [unproven] }),
    );
    assert.equal(verdict, 'fail');
    assert.match(String(reasons[0]?.en), /node-1/);
  });

  test('faults that a halt forestalled are not held against it', () => {
    const two = { ...plan, faults: [step, step] };
    assert.equal(verdictOf(two, findings({ halted: asIs('too many bad requests') })).verdict, 'fail');
    assert.equal(
      verdictOf(two, findings({ halted: asIs('too many bad requests'), faults: [] })).verdict,
      'inconclusive',
    );
    const begun = findings({
      halted: asIs('too many bad requests'),
      faults: [goodEvidence, { ...unproven, step: 1 }],
    });
    assert.equal(verdictOf(two, begun).verdict, 'inconclusive', 'it had been begun');
  });

  test('what was not well again though everything had been put back is a fail, also where nobody asked how soon', () => {
    const { recovered: _recovered, ...phases } = findings().phases;
    const { verdict, reasons } = verdictOf(plan, findings({ phases }));
    assert.deepEqual([verdict, english(reasons)], ['fail', ['it was not well again within the drill']]);
    const putBackAtTheEnd = { ...phases, undone: 20_500 };
    assert.equal(verdictOf(plan, findings({ phases: putBackAtTheEnd })).verdict, 'pass');
  });

  test('nor are probes', () => {
    const probes = [{ name: 'front', good: 0, bad: 0, ok: true }];
    assert.equal(
      verdictOf(plan, findings({ halted: asIs('too many bad requests'), probes })).verdict,
      'fail',
    );
  });

  test('a probe that never looked is told once, with why', () => {
    const probes = [{ name: 'front', good: 0, bad: 0, ok: false, saw: asIs('nobody can') }];
    const { reasons } = verdictOf(plan, findings({ invalid: [asIs('interrupted')], probes }));
    assert.deepEqual(english(reasons), ['interrupted', 'probe front never looked: nobody can']);
    const { reasons: halted } = verdictOf(plan, findings({ halted: asIs('too bad'), probes }));
    assert.deepEqual(english(halted), ['halted: too bad']);
  });

  test('a reason has the words of the report in Spanish, and those of the file in English', () => {
    const { reasons } = verdictOf(plan, findings({}, brokenCalm));
    assert.deepEqual(reasons, [
      {
        en: 'availability without a fault >99%, measured 50%',
        es: 'Disponibilidad sin fallo >99%, se midió 50%',
      },
    ]);
  });

  test('why the faults never began is told, and not that they did not', () => {
    const { fault: _fault, ...phases } = findings().phases;
    const found = findings({ phases, faults: [], invalid: [asIs('the target was broken before')] });
    const { verdict, reasons } = verdictOf(plan, found);
    assert.deepEqual([verdict, english(reasons)], ['inconclusive', ['the target was broken before']]);
    assert.equal(verdictOf(plan, { ...found, invalid: [] }).verdict, 'inconclusive');
  });

  test('an expectation that nobody looked at is none that is met', () => {
    const found = findings();
    assert.equal(verdictOf(plan, { ...found, outcomes: found.outcomes.slice(1) }).verdict, 'inconclusive');
  });

  test('evidence that was written down and read again has the same verdict', () => {
    const copy = (one: object) => JSON.parse(JSON.stringify(one));
    for (const [, found] of cases) {
      assert.deepEqual(verdictOf(copy(plan), copy(found)), verdictOf(plan, found));
    }
  });

  test('a drill without faults passes by its calm phase', () => {
    const quiet = {
      faults: [],
      expectations: plan.expectations.filter(({ measure }) => measure !== 'trafficRto'),
    };
    assert.equal(verdictOf(quiet, findings({ faults: [] })).verdict, 'pass');
  });
});

suite('whatever else was found', () => {
  interface Odd {
    readonly faults: readonly FaultEvidence[];
    readonly phases: Findings['phases'];
    readonly invalid: readonly Told[];
    readonly remains: readonly Told[];
    readonly remainder: number;
    readonly unexplained: number;
    readonly probeGood: number;
    readonly failed: number;
    readonly calm: number;
    readonly samples: number;
    readonly rto: { readonly value: number; readonly uncertainty: number };
  }

  const odd: fc.Arbitrary<Odd> = fc.record({
    faults: fc.constantFrom(
      [goodEvidence],
      [unproven],
      [noHits],
      [],
      [{ ...goodEvidence, samplesInWindow: 0 }],
    ),
    phases: fc.constantFrom<Findings['phases']>(
      { load: 0, steady: 1, calm: 1 },
      { load: 0 },
      { load: 0, steady: 1 },
    ),
    invalid: fc.constantFrom<Told[]>([], [asIs('saturated')]),
    remains: fc.constantFrom<Told[]>([], [asIs('node-1')]),
    remainder: fc.constantFrom(0, 1),
    unexplained: fc.constantFrom(0, 3),
    probeGood: fc.constantFrom(0, 5),
    failed: fc.constantFrom(0, 11),
    calm: fc.constantFrom(1, 0.2),
    samples: fc.constantFrom(0, 5, 5_000),
    rto: fc.record({ value: fc.constantFrom(500, 2_000, 9_000), uncertainty: fc.constantFrom(0, 100) }),
  });

  function found(one: Odd): Findings {
    const values = {
      availability: 1,
      failedRequests: one.failed,
      trafficRto: one.rto.value,
      unattributed: 0,
    };
    return findings(
      {
        ...{ faults: one.faults, phases: one.phases, invalid: one.invalid, remains: one.remains },
        probes: [{ name: 'front', good: one.probeGood, bad: 0, ok: true }],
        accounting: { ...accounting, remainder: one.remainder, unexplained: one.unexplained },
      },
      (measure, during) =>
        measured(measure, during === 'calm' ? one.calm : (values[measure as keyof typeof values] ?? 0), {
          samples: one.samples,
          uncertainty: measure === 'trafficRto' ? one.rto.uncertainty : 0,
        }),
    );
  }

  function isSpotless(one: Odd): boolean {
    const isValid = one.faults[0] === goodEvidence && 'calm' in one.phases && one.invalid.length === 0;
    const isExplained =
      one.remainder === 0 && one.unexplained === 0 && one.probeGood > 0 && one.samples === 5_000;
    const isMet = one.failed === 0 && one.calm === 1 && one.rto.value + one.rto.uncertainty <= 2_000;
    return isValid && isExplained && isMet && one.remains.length === 0;
  }

  test('a pass is given when everything is proven, measured and met, and only then', () => {
    fc.assert(
      fc.property(odd, (one) => {
        assert.equal(verdictOf(plan, found(one)).verdict === 'pass', isSpotless(one));
      }),
      { numRuns: 2_000 },
    );
  });

  test('whatever is no pass says why', () => {
    fc.assert(
      fc.property(odd, (one) => {
        const { verdict, reasons } = verdictOf(plan, found(one));
        assert.equal(reasons.length > 0, verdict !== 'pass');
      }),
    );
  });

  test('one thing that is wrong is enough, whatever else is right or wrong', () => {
    const wrong = fc.constantFrom<object[]>(
      ...[
        { invalid: [asIs('saturated')] },
        { remains: [asIs('node-1')] },
        { unexplained: 3 },
        { remainder: 1 },
      ],
      ...[
        { faults: [unproven] },
        { faults: [] },
        { probeGood: 0 },
        { failed: 11 },
        { calm: 0.2 },
        { samples: 0 },
      ],
    );
    fc.assert(
      fc.property(odd, wrong, (one, other) => {
        assert.notEqual(verdictOf(plan, found({ ...one, ...other })).verdict, 'pass');
      }),
      { numRuns: 1_000 },
    );
  });
});

suite('repeats', () => {
  const judgement = (verdict: Verdict) => ({
    verdict,
    reasons: verdict === 'pass' ? [] : [asIs(`was ${verdict}`)],
  });

  test('any fail is a fail, else any inconclusive is inconclusive', () => {
    const verdicts = fc.array(fc.constantFrom<Verdict>('pass', 'fail', 'inconclusive'), { minLength: 1 });
    fc.assert(
      fc.property(verdicts, (all) => {
        const otherwise = all.includes('inconclusive') ? 'inconclusive' : 'pass';
        const expected = all.includes('fail') ? 'fail' : otherwise;
        assert.equal(verdictOfRepeats(all.map(judgement)).verdict, expected);
      }),
    );
  });

  test('no run at all is inconclusive', () => {
    assert.equal(verdictOfRepeats([]).verdict, 'inconclusive');
  });

  test('reasons say which run, the weightiest first', () => {
    const { reasons } = verdictOfRepeats((['pass', 'inconclusive', 'fail'] as const).map(judgement));
    assert.deepEqual(english(reasons), ['run 3: was fail', 'run 2: was inconclusive']);
    assert.deepEqual(english(verdictOfRepeats([judgement('fail')]).reasons), ['was fail']);
    assert.equal(reasons[0]?.es, 'ejecución 3: was fail');
  });
});

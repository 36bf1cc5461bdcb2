import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { drillResult, runEvidence } from '../../../tests/support/drill/drill-result.ts';
import { expectation } from '../../../tests/support/drill/findings.ts';
import { asIs } from '../told.ts';
import { junitOf } from './junit.ts';

function suiteOf(text: string): { '@': Record<string, string>; testcase: Record<string, unknown>[] } {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributesGroupName: '@',
    attributeNamePrefix: '',
  });
  return parser.parse(text).testsuites.testsuite;
}

test('each expectation and probe is a case, and so is the verdict', () => {
  const probes = [{ name: 'page', good: 1, bad: 0, ok: true }];
  const { '@': suite, testcase } = suiteOf(junitOf([drillResult({}, [runEvidence({ probes })])]));
  assert.deepEqual([suite.name, suite.failures, suite.errors], ['replica-killed', '0', '0']);
  assert.equal(testcase.length, Number(suite.tests));
  assert.equal(testcase.length, 1 + 5 + 1);
});

test('what is broken is a failure, what is undecided an error', () => {
  const outcomes = [
    { expectation: expectation('availability', '>=99%'), result: 'broken' as const },
    { expectation: expectation('p99', '<1s'), result: 'undecided' as const, why: asIs('too few') },
  ];
  const { '@': suite } = suiteOf(junitOf([drillResult({ verdict: 'fail' }, [runEvidence({ outcomes })])]));
  assert.deepEqual([suite.failures, suite.errors], ['2', '1']);
});

test('whatever texts hold, the document is well-formed', () => {
  const probes = [
    { name: '<a> & "b"', good: 0, bad: 1, ok: false, saw: asIs(']]> \u0000\u001b[31m\ud800 <script>') },
  ];
  const text = junitOf([
    drillResult({ verdict: 'fail', reasons: [asIs('1 < 2\n& more')] }, [runEvidence({ probes })]),
  ]);
  assert.equal(XMLValidator.validate(text), true);
  assert.ok(!text.includes('\u001b') && !text.includes('<script>'));
});

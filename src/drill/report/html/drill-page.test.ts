import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drillResult, runEvidence } from '../../../../tests/support/drill/drill-result.ts';
import { asIs } from '../../told.ts';
import { drillPage } from './drill-page.ts';

test('a page needs nothing beside it and runs nothing', () => {
  const page = drillPage(drillResult(), 'en');
  assert.doesNotMatch(page, /<script|<link|<img|@import|url\(/);
  assert.match(page, /default-src 'none'/);
});

test('a page says the verdict with its reasons, how to repeat it, and marks the fault in its graphs', () => {
  const page = drillPage(drillResult({ verdict: 'fail', reasons: [asIs('availability was 90 %')] }), 'en');
  for (const part of ['Verdict: fail', 'availability was 90 %', '--seed 7', 'replica-kill', '<svg'])
    assert.ok(page.includes(part), part);
});

test('a page speaks Spanish', () => {
  const page = drillPage(drillResult(), 'es');
  for (const part of ['lang="es"', 'Una réplica muere', 'Veredicto: superado', 'Disponibilidad'])
    assert.ok(page.includes(part), part);
});

test('what others have written becomes text, never markup', () => {
  const probes = [
    { name: '<b>page</b>', good: 0, bad: 1, ok: false, saw: asIs('<script>alert(1)</script>') },
  ];
  const page = drillPage(drillResult({}, [runEvidence({ probes })]), 'en');
  assert.doesNotMatch(page, /<script>|<b>page/);
});

test('a run that ended before anything was asked has a page as well', () => {
  const series = { stepMs: 100, ok: [], failed: [], sorry: [], shed: [], p50: [], p99: [], servers: {} };
  const run = runEvidence({ series, phases: {}, faults: [], outcomes: [] });
  assert.match(drillPage(drillResult({ verdict: 'inconclusive' }, [run]), 'en'), /Verdict: inconclusive/);
});

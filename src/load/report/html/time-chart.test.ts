import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Figures } from '../figures.ts';
import { wordsFor } from '../words/words.ts';
import { html } from './markup.ts';
import { type TimeChart, timeChart } from './time-chart.ts';

function chartOf(values: readonly (number | undefined)[], more: Partial<TimeChart> = {}): string {
  const starts = values.map((_, at) => at * 0.5);
  const lines = [{ name: 'ok', values, colour: 3 }] as const;
  const chart = { id: 'rates', title: 'Rates', starts, stepSeconds: 0.5, lines, ...more };
  return timeChart(chart, wordsFor('en'), new Figures('en')).text;
}

test('a line breaks where nothing was measured, and a value alone is a dot', () => {
  const chart = chartOf([4, 8, undefined, 2, undefined, 1, 3]);
  const [, path = ''] = /<path class="line c3" d="([^"]*)"/.exec(chart) ?? [];
  assert.deepEqual(path.replace(/[^ML]/g, ''), 'MLMML');
  assert.equal(chart.match(/<circle class="c3"/g)?.length, 1);
  assert.doesNotMatch(chart, /NaN|undefined/);
});

test('who points at a step sees its figures, and who does not see the lines reads their extremes', () => {
  const chart = chartOf([4, undefined, 8]);
  assert.match(
    chart,
    /<title>0 s\nok: 4.00<\/title>.*<title>0.500 s\nok: -<\/title>.*<title>1 s\nok: 8.00<\/title>/s,
  );
  assert.match(chart, /<desc id="rates-text">ok: between 4.00 and 8.00<\/desc>/);
  assert.match(chartOf([undefined]), /<desc id="rates-text">ok<\/desc>/);
});

test('a background is drawn behind the lines and told with them', () => {
  const background = { draw: () => html`<rect id="band"/>`, texts: ['1 s: <gone>'] };
  const chart = chartOf([4], { background });
  assert.ok(chart.indexOf('id="band"') < chart.indexOf('class="line c3"'));
  assert.match(chart, /<desc id="rates-text">ok: between 4.00 and 4.00; 1 s: &lt;gone&gt;<\/desc>/);
});

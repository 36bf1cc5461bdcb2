import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { resultsOf } from '../../../../tests/support/load/results.ts';
import { sampleOf } from '../../../../tests/support/load/samples.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import type { Language } from '../../../base/language.ts';
import type { LoadResults } from '../../results/load-results.ts';
import type { Sample } from '../../sample.ts';
import { reportPage } from './report-page.ts';

const hostile = `</pre></details><script>document.title='owned'</script><img src=x onerror=alert(1)>"'\u0000\u202e`;

function hostileSample(): Sample {
  const detail = {
    ...{ request: `GET /${hostile}`, response: hostile, isCut: true },
    assertions: [{ name: hostile, failure: hostile }],
    below: [sampleOf({ label: hostile })],
  };
  return sampleOf({
    ...{ label: `Buy ${hostile}`, success: false, code: '500', message: hostile, failure: hostile },
    ...{ url: `http://127.0.0.1/${hostile}`, dueAt: 800, detail },
  });
}

function results(): LoadResults {
  const good = sampleOf({ dueAt: 990, detail: { ...nothing, request: 'GET /', response: 'hello' } });
  return resultsOf({
    seconds: [[good, hostileSample()], [], [sampleOf({ dueAt: 2_500, startedAt: 2_600 })]],
    dropped: [0, 2, 0],
    thresholds: ['p99<1s', 'errors<0.1%'],
    more: {
      about: { relevo: '1.2.3', node: 'v24', system: 'Linux', cores: 2, command: ['relevo', "it's"] },
    },
  });
}

const nothing = { request: '', response: '', isCut: false, assertions: [], below: [] };

/** Pages are long: a failure shows what was looked for only. */
function has(page: string, pattern: RegExp): void {
  assert.ok(pattern.test(page), `has ${pattern}`);
}

function lacks(page: string, pattern: RegExp): void {
  assert.ok(!pattern.test(page), `lacks ${pattern}: …${pattern.exec(page)?.[0]}`);
}

test('what servers answer stays text, wherever it is shown', () => {
  const page = reportPage(results(), 'en', 'out');
  lacks(page, /<script|<img|onerror=alert\(1\)>/);
  has(page, /&lt;script&gt;/);
  assert.ok(!page.includes('\u0000') && !page.includes('\u202e'));
});

test('a page needs nothing from elsewhere', () => {
  const page = reportPage(results(), 'en', 'out');
  lacks(page, /<(?:link|iframe|object|base)\b|@import|url\(|<[^>]+\ssrc=/);
  has(page, /Content-Security-Policy" content="default-src 'none'/);
});

test('both languages have the same parts', () => {
  const parts = (language: Language) =>
    [...reportPage(results(), language, 'out').matchAll(/<h2 id="([\w-]+)">/g)].map(([, id]) => id);
  assert.deepEqual(parts('es'), parts('en'));
  assert.ok(parts('en').includes('tree') && parts('en').includes('thresholds'));
  has(reportPage(results(), 'es', 'out'), /<html lang="es">[\s\S]*Informe agregado/);
});

test('every table has a caption, every graph a title and a description', () => {
  const page = reportPage(results(), 'en', 'out');
  const count = (pattern: RegExp) => [...page.matchAll(pattern)].length;
  assert.equal(count(/<table/g), count(/<caption/g));
  assert.equal(count(/role="img"/g), 6);
  assert.equal(count(/<title id=/g), 6);
  assert.equal(count(/<desc id=/g), 6);
  for (const [, ids = ''] of page.matchAll(/aria-labelledby="([^"]+)"/g))
    for (const id of ids.split(' ')) assert.equal(count(new RegExp(`id="${id}"`, 'g')), 1, id);
});

test('a run without any sample has a page, too', () => {
  const page = reportPage(resultsOf({ seconds: [[], []] }), 'en', 'out');
  lacks(page, /NaN|Infinity|undefined/);
  lacks(reportPage(results(), 'en', 'out'), /NaN|Infinity|undefined/);
  lacks(reportPage(resultsOf({ seconds: [] }), 'en', 'out'), /NaN|Infinity|undefined/);
});

test('how to repeat it is a line for a shell', () => {
  has(reportPage(results(), 'en', 'my folder'), /relevo &#39;it&#39;\\&#39;&#39;s&#39;/);
  has(reportPage(results(), 'en', 'my folder'), /relevo load report &#39;my folder&#39;/);
});

test('a browser shows the page as it was meant', { timeout: 120_000 }, (t) => {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'report.html');
  writeFileSync(file, reportPage(results(), 'en', 'out'));
  const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${folder}/chromium`];
  const dom = execFileSync('/usr/bin/chromium', [...options, '--dump-dom', pathToFileURL(file).href], {
    ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 100_000 },
  });
  has(dom, /<title>Load test: /);
  assert.equal([...dom.matchAll(/<script/g)].length, 0);
  assert.equal([...dom.matchAll(/<details/g)].length, [...dom.matchAll(/<\/details>/g)].length);
});

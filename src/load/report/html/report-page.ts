// The report of a run as one page that needs nothing else: no script, no network, nothing beside it.

import type { Language } from '../../../base/language.ts';
import { shellLine } from '../../../base/shell-words.ts';
import { kneeOf } from '../../results/knee.ts';
import type { LoadResults } from '../../results/load-results.ts';
import { factsOf, signText, verdictText } from '../facts.ts';
import { Figures } from '../figures.ts';
import { aggregateTable, noteOnTimes, summaryTable } from '../tables/label-tables.ts';
import { errorsTable, kneeTable, kneeText, thresholdsTable } from '../tables/other-tables.ts';
import type { Words } from '../words/en.ts';
import { wordsFor } from '../words/words.ts';
import { chartsOf } from './charts.ts';
import { framedPage } from './framed-page.ts';
import { htmlTable } from './html-table.ts';
import { kneeChart } from './knee-chart.ts';
import { type Content, html, type Markup } from './markup.ts';
import { resultsTree } from './results-tree.ts';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: Content;
}

/** `folder` is that of the run, as the user names it. */
export function reportPage(results: LoadResults, language: Language, folder: string): string {
  const words = wordsFor(language);
  const figures = new Figures(language);
  const title = words.page.title(results.plan.name);
  const sections = sectionsOf(results, words, figures, folder);
  const body = html`<a class="skip" href="#figures">${words.page.skip}</a>
<header><h1>${title}</h1>${verdict(results, words)}${saturation(results, words, figures)}</header>
<nav aria-label="${words.page.contents}"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="figures">
${sections.map(({ id, title: name, content }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${name}</h2>\n${content}\n</section>\n`)}
</main>
<footer>${results.about && words.page.made(results.about.relevo)}</footer>`;
  return framedPage(title, language, body);
}

function sectionsOf(results: LoadResults, words: Words, figures: Figures, folder: string): Section[] {
  const knee = kneeOf(results);
  const section = (id: string, title: string, content: Content): Section => ({ id, title, content });
  return [
    section(
      'run',
      words.facts.title,
      pairs(words.facts.title, words.facts.caption, factsOf(results, words, figures)),
    ),
    ...(results.thresholds.length === 0
      ? []
      : [
          section(
            'thresholds',
            words.thresholds.title,
            htmlTable(thresholdsTable(results.thresholds, words, figures)),
          ),
        ]),
    section('summary', words.summary.title, htmlTable(summaryTable(results, words, figures), 'labels')),
    section('aggregate', words.aggregate.title, [
      htmlTable(aggregateTable(results, words, figures), 'labels'),
      html`<p class="note">${noteOnTimes(results, words)}</p>`,
    ]),
    section('errors-by-code', words.errors.title, errors(results, words, figures)),
    ...(knee === undefined
      ? []
      : [
          section('knee', words.knee.title, [
            html`<p>${kneeText(knee, results, words, figures)}</p>`,
            kneeChart(knee, words, figures),
            htmlTable(kneeTable(knee, words, figures)),
          ]),
        ]),
    section('time', words.charts.title, chartsOf(results.seconds, words, figures)),
    section('tree', words.tree.title, resultsTree(results, words, figures)),
    section('repeat', words.repeat.title, repeat(results, words, folder)),
  ];
}

function verdict(results: LoadResults, words: Words): Markup {
  const {
    thresholds,
    saturation: { isSaturated },
  } = results;
  const met = thresholds.every(({ ok }) => ok);
  const tone = isSaturated ? 'warn' : met ? 'good' : 'bad';
  return html`<p class="banner ${thresholds.length === 0 ? '' : tone}"><strong>${verdictText(results, words)}</strong></p>`;
}

function saturation(
  { saturation: { isSaturated, signs } }: LoadResults,
  words: Words,
  figures: Figures,
): Markup {
  if (!isSaturated) return html`<p class="note">${words.saturation.fine}</p>`;
  return html`<div class="banner warn"><p><strong>${words.saturation.title}.</strong> ${words.saturation.text}</p><ul>${signs.map(
    (sign) => html`<li>${signText(sign, words, figures)}</li>`,
  )}</ul></div>`;
}

function errors(results: LoadResults, words: Words, figures: Figures): Markup {
  if (results.total.failed === 0) return html`<p>${words.errors.none}</p>`;
  return htmlTable(errorsTable(results, words, figures));
}

function pairs(title: string, caption: string, rows: readonly (readonly [string, string])[]): Markup {
  return html`<table class="facts" aria-label="${title}"><caption>${caption}</caption><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row" class="word">${name}</th><td class="word">${value}</td></tr>`,
  )}</tbody></table>`;
}

function repeat({ about }: LoadResults, { repeat: words }: Words, folder: string): Markup {
  const command = about?.command;
  const versions: [string, string][] = about
    ? [
        ['Relevo', about.relevo],
        ['Node', about.node],
        [words.system, about.system],
        [words.cores, String(about.cores)],
      ]
    : [];
  return html`${command && html`<p>${words.command}</p><pre>${shellLine(command)}</pre>`}
<p>${words.again}</p><pre>${shellLine(['relevo', 'load', 'report', folder])}</pre>
<p>${words.compare}</p><pre>${shellLine(['relevo', 'load', 'compare', folder])} …</pre>
${versions.length > 0 && [html`<h3>${words.versions}</h3>`, pairs(words.versions, words.versionsCaption, versions)]}`;
}

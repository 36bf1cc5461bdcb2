// The report of a drill as one page that needs nothing else: no script, no network, nothing beside it.

import type { Language } from '../../../base/language.ts';
import { Figures } from '../../../load/report/figures.ts';
import { framedPage } from '../../../load/report/html/framed-page.ts';
import { htmlTable } from '../../../load/report/html/html-table.ts';
import { type Content, html, type Markup } from '../../../load/report/html/markup.ts';
import type { Table } from '../../../load/report/tables/table.ts';
import type { Told } from '../../told.ts';
import type { DrillResult, RunEvidence, Verdict } from '../../verdict/evidence.ts';
import { accountingLine, causesTable, comparisonLine, matrixTable } from '../tables/accounting-tables.ts';
import { chainTable, faultsTable, probesTable } from '../tables/events-tables.ts';
import { expectationsTable } from '../tables/expectations-table.ts';
import type { Words } from '../words/en.ts';
import { wordsFor } from '../words/words.ts';
import { drillGraphs } from './drill-graphs.ts';

export function drillPage(result: DrillResult, language: Language): string {
  const words = wordsFor(language);
  const figures = new Figures(language);
  const { scenario, runs, startedAt, durationMs } = result;
  const title = scenario.title[language] ?? scenario.title.en ?? scenario.name;
  const why = scenario.why[language] ?? scenario.why.en ?? '';
  const body = html`<header><h1>${words.titles.report(title)}</h1>${why === '' ? '' : html`<p>${why}</p>`}
<p class="note">${words.started(figures.time(startedAt), (durationMs / 1_000).toFixed(0))}</p>
${banner(result, words)}</header>
<main>${runs.map((run) => runSection(run, runs.length, words, figures))}
${section(words.titles.repeat, html`<p>${words.repeatIt}</p><pre>${result.command}</pre>`)}
${section(words.titles.versions, htmlTable(versionsTable(result, words)))}</main>`;
  return framedPage(words.titles.report(title), language, body);
}

const tones: Readonly<Record<Verdict, string>> = { pass: 'good', fail: 'bad', inconclusive: 'warn' };

export function banner(
  { verdict, reasons }: { readonly verdict: Verdict; readonly reasons: readonly Told[] },
  words: Words,
): Markup {
  const list =
    reasons.length > 0 && html`<ul>${reasons.map((reason) => html`<li>${reason[words.language]}</li>`)}</ul>`;
  return html`<div class="banner ${tones[verdict]}" role="status"><strong>${words.verdictIs(words.verdict[verdict])}</strong>${list}</div>`;
}

function runSection(run: RunEvidence, of: number, words: Words, figures: Figures): Markup {
  const { titles } = words;
  const { accounting, outcomes, probes } = run;
  const table = (made: Table | undefined) => made && htmlTable(made);
  const account = html`<p>${accountingLine(accounting, words)}</p><p class="note">${comparisonLine(accounting, words)}</p>${table(matrixTable(accounting, words, figures))}`;
  const causes = causesTable(accounting, words, figures);
  const probed = probesTable(probes, words, figures);
  const parts: Content[] = [
    of > 1 && html`<h2>${titles.run(run.index + 1)}</h2>${banner(run, words)}`,
    outcomes.length > 0 &&
      section(titles.expectations, htmlTable(expectationsTable(outcomes, words, figures))),
    section(titles.timeline, drillGraphs(run, words, figures)),
    run.faults.length > 0 && section(titles.faults, htmlTable(faultsTable(run, words))),
    section(titles.accounting, account),
    causes && section(titles.causes, htmlTable(causes)),
    section(titles.chain, chain(run, words)),
    probed && section(titles.probes, htmlTable(probed)),
  ];
  return html`${parts}`;
}

function chain(run: RunEvidence, words: Words): Markup {
  const clocks = words.clocks(run.clockUncertaintyMs.toFixed(1));
  return html`<p class="note">${clocks}</p>${htmlTable(chainTable(run, words, false))}
<details><summary>${words.showAll}</summary>${htmlTable(chainTable(run, words, true))}</details>`;
}

function section(title: string, content: Content): Markup {
  return html`<section><h2>${title}</h2>\n${content}\n</section>\n`;
}

function versionsTable({ versions }: DrillResult, words: Words): Table {
  const { columns, titles } = words;
  const rows = Object.entries(versions).map(([part, version]) => ({ cells: [part, version] }));
  return { title: titles.versions, caption: '', head: [columns.part, columns.version], rows, words: 2 };
}

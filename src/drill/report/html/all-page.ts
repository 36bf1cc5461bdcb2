// The availability report of a system as one page: every drill with its figures and verdict, and the questions with their answers.

import type { Language } from '../../../base/language.ts';
import { Figures } from '../../../load/report/figures.ts';
import { framedPage } from '../../../load/report/html/framed-page.ts';
import { htmlTable } from '../../../load/report/html/html-table.ts';
import { html, type Markup } from '../../../load/report/html/markup.ts';
import type { Attempt } from '../../run/run-several.ts';
import type { AllResults } from '../all-results.ts';
import { availabilityTable, countsText, questionsTable } from '../tables/availability-table.ts';
import type { Words } from '../words/en.ts';
import { wordsFor } from '../words/words.ts';
import { banner } from './drill-page.ts';

export function allPage(
  { attempts, answered, startedAt, durationMs }: AllResults,
  language: Language,
): string {
  const words = wordsFor(language);
  const figures = new Figures(language);
  const { titles } = words;
  const body = html`<header><h1>${titles.all}</h1>
<p class="note">${words.started(figures.time(startedAt), (durationMs / 1_000).toFixed(0))}</p>
<p><strong>${countsText(attempts, words)}</strong></p></header>
<main>${htmlTable(availabilityTable(attempts, language, words, figures))}
${
  answered &&
  html`<section><h2>${titles.evaluation}</h2>${(['nine', 'classic'] as const).map((group) =>
    htmlTable(questionsTable(answered, group, language, words)),
  )}</section>`
}
<section><h2>${titles.reasons}</h2>${attempts.map((attempt) => reasonsOf(attempt, language, words))}</section></main>`;
  return framedPage(titles.all, language, body);
}

/** With the way to the drill's own report, which lies beside. */
function reasonsOf({ scenario, result }: Attempt, language: Language, words: Words): Markup | undefined {
  if (!result) return undefined;
  const title = scenario.title[language] ?? scenario.name;
  return html`<h3><a href="${encodeURIComponent(scenario.name)}/report.html">${title}</a></h3>${banner(result, words)}`;
}

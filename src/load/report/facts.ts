// What a run was and how it ended, in pairs: for the terminal and for the page.

import type { LoadResults, SaturationSign } from '../results/load-results.ts';
import type { Figures } from './figures.ts';
import type { Words } from './words/en.ts';

/** Name and value; what did not happen is left out. */
export function factsOf(results: LoadResults, { facts }: Words, figures: Figures): [string, string][] {
  const { plan, startedAt, durationMs, end, runId, total, dropped, cut, repeated, workers } = results;
  const failed = figures.percent(total.count === 0 ? 0 : (total.failed / total.count) * 100);
  const requests = facts.requestsOf(figures.count(total.count), figures.count(total.failed), failed);
  const counted = (name: string, count: number, text = figures.count(count)): [string, string][] =>
    count > 0 ? [[name, text]] : [];
  return [
    [facts.plan, plan.name],
    [facts.started, figures.time(startedAt)],
    [facts.lasted, figures.duration(durationMs)],
    [facts.ended, facts.ends[end]],
    [facts.requests, requests],
    ...counted(facts.sorry, total.sorry),
    ...counted(facts.shed, total.shed),
    ...counted(facts.dropped, dropped),
    ...counted(facts.cut, cut),
    ...counted(facts.repeated, repeated, facts.repeatedOf(figures.count(repeated))),
    [facts.workers, figures.count(workers)],
    [facts.runId, runId],
  ];
}

export function signText(sign: SaturationSign, { saturation }: Words, figures: Figures): string {
  switch (sign.type) {
    case 'late':
      return saturation.late(figures.amount(sign.ms), figures.number(sign.limitMs));
    case 'cpu':
      return saturation.cpu(figures.percent(sign.share * 100));
    case 'loop':
      return saturation.loop(figures.percent(sign.share * 100));
    case 'dropped':
      return saturation.dropped(figures.count(sign.count));
  }
}

/** What the thresholds come to, in one sentence. */
export function verdictText(
  { thresholds: outcomes, saturation }: LoadResults,
  { thresholds }: Words,
): string {
  if (outcomes.length === 0) return thresholds.none;
  if (saturation.isSaturated) return thresholds.undecided;
  const missed = outcomes.filter(({ ok }) => !ok).length;
  return missed === 0 ? thresholds.allMet : thresholds.notMet(missed);
}

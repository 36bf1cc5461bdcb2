// What happened: faults with their proofs, the chain of events, and what the probes saw.

import type { Figures } from '../../../load/report/figures.ts';
import type { Table } from '../../../load/report/tables/table.ts';
import { victimsInWords } from '../../run/notes.ts';
import type { TimelineEvent } from '../../timeline/timeline.ts';
import type { ProbeOutcome, RunEvidence } from '../../verdict/evidence.ts';
import type { Words } from '../words/en.ts';
import { eventText } from './event-text.ts';

/** Times in reports are counted from the first request. */
export function zeroOf({ phases, timeline }: Pick<RunEvidence, 'phases' | 'timeline'>): number {
  return phases.load ?? timeline[0]?.at ?? 0;
}

/** `8.53 s ± 72 ms` since the first request. A line is never broken within. */
function sinceFirst(run: RunEvidence, { language }: Words): (at: number, uncertaintyMs?: number) => string {
  const zero = zeroOf(run);
  const seconds = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return (at, uncertaintyMs = 0) => {
    const around = uncertaintyMs >= 1 ? ` ± ${Math.ceil(uncertaintyMs)} ms` : '';
    return `${seconds.format((at - zero) / 1_000)} s${around}`.replaceAll(' ', '\u00a0');
  };
}

export function faultsTable(run: RunEvidence, words: Words): Table {
  const { columns } = words;
  const since = sinceFirst(run, words);
  return {
    title: words.titles.faults,
    caption: '',
    head: [columns.fault, columns.victims, columns.time, columns.proof],
    rows: run.faults.map(({ name, victims, injectedAt, proof }) => ({
      cells: [
        name,
        victimsInWords(victims)?.[words.language] ?? words.none,
        injectedAt === undefined ? words.notInjected : since(injectedAt),
        proof === undefined
          ? words.notProven
          : `${since(proof.at, proof.uncertaintyMs)}: ${proof.evidence[words.language]}`,
      ],
      ...(proof === undefined ? { tone: 'bad' as const } : {}),
    })),
    words: 4,
  };
}

/** `all`: also what is only of use to those who look closely. */
export function chainTable(run: RunEvidence, words: Words, all: boolean): Table {
  const { columns } = words;
  const since = sinceFirst(run, words);
  const shown = all ? run.timeline : run.timeline.filter((event) => isOfChain(event, run));
  return {
    title: words.titles.chain,
    caption: '',
    head: [columns.time, columns.event, columns.source],
    rows: shown.map((event) => ({
      cells: [since(event.at, event.uncertaintyMs), eventText(event, words), words.sources[event.source]],
    })),
    words: 3,
  };
}

const chain = new Set<TimelineEvent['type']>([
  ...(['phase', 'fault-injected', 'fault-proven', 'fault-undone', 'node-not-ready', 'node-ready'] as const),
  ...(['pod-created', 'pod-ready', 'pod-not-ready', 'pod-restarted', 'server-out', 'server-in'] as const),
  ...(['backups', 'sorry', 'engine', 'traffic-bad', 'traffic-good', 'recovered', 'halted'] as const),
]);

/** fault → detected → ejected → backup in → replaced → ready → recovered; nothing from before the calm phase. */
function isOfChain({ type, at }: TimelineEvent, { phases }: RunEvidence): boolean {
  return chain.has(type) && at >= (phases.calm ?? 0);
}

export function probesTable(
  probes: readonly ProbeOutcome[],
  words: Words,
  figures: Figures,
): Table | undefined {
  if (probes.length === 0) return undefined;
  const { columns } = words;
  return {
    title: words.titles.probes,
    caption: '',
    head: [columns.probe, columns.good, columns.bad, columns.saw],
    rows: probes.map(({ name, good, bad, ok, saw }) => ({
      cells: [name, figures.count(good), figures.count(bad), saw?.[words.language] ?? ''],
      tone: ok ? ('good' as const) : ('bad' as const),
    })),
    words: 1,
  };
}

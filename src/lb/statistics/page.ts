// The statistics as a page in the manner of HAProxy's: a table for each frontend and backend, the state of each server as its colour.

import { htmlText } from '../../base/html-text.ts';
import type { EngineStats } from '../engine.ts';
import { addBins, noOutcomes, outcomes, totalOf } from '../outcome.ts';
import { pageStyle } from './page-style.ts';
import type { Look, Row } from './rows.ts';

export interface PageInfo {
  readonly title: string;
  readonly engine: string;
  readonly stats: EngineStats;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Where the page is; the other forms are beside it. */
  readonly path: string;
}

const legend: readonly [Look, string][] = [
  ['up', 'up'],
  ['going-down', 'up, going down'],
  ['going-up', 'down, going up'],
  ['down', 'down'],
  ['ejected', 'ejected by traffic'],
  ['backup', 'backup'],
  ['drain', 'drain'],
  ['maint', 'maint'],
  ['unchecked', 'not checked'],
];

/** Heading and the fields below it; numbers are right-aligned. */
const columns: readonly [title: string, hint: string, fields: readonly string[]][] = [
  ['Queue', 'now / most / limit', ['qcur', 'qmax', 'qlimit']],
  ['Rate', 'requests in the last second', ['shownRate']],
  ['Sessions', 'now / most / limit / total', ['scur', 'smax', 'slim', 'stot']],
  ['Bytes', 'in / out', ['bin', 'bout']],
  ['Errors', 'connect / answer', ['econ', 'eresp']],
  ['Repeated', 'retries / redispatches', ['wretr', 'wredis']],
  ['Answers', '2xx / 3xx / 4xx / 5xx', ['hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx']],
  ['Status', 'state / why', ['status', 'reason']],
  ['Check', 'result / ms', ['check_status', 'check_duration']],
  ['Weight', '', ['weight']],
  ['Act/Bck', '', ['act', 'bck']],
  ['Down', 'times / seconds', ['chkdown', 'downtime']],
  ['Node', '', ['node']],
];

export function pageOf(rows: readonly Row[], info: PageInfo): string {
  const { title, path } = info;
  const forms = ['csv', 'json', 'metrics'].map((form) => `<a href="${htmlText(path)};${form}">${form}</a>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<meta name="viewport" content="width=device-width"><title>${htmlText(title)}: statistics</title>
<style>${pageStyle}</style></head><body>
<h1>${htmlText(title)}</h1>
${summary(info)}
<p class="legend">${legend.map(([look, text]) => `<span class="${look}">${text}</span>`).join(' ')}</p>
<p>Also as ${forms.join(', ')}.</p>
${proxiesOf(rows).map(tableOf).join('\n')}
</body></html>
`;
}

function summary({ engine, stats, now }: PageInfo): string {
  const bins = stats.frontends.reduce((sum, one) => addBins(sum, one.bins), noOutcomes);
  const inFlight = stats.frontends.reduce((sum, one) => sum + one.inFlight, 0);
  const requests = stats.frontends.reduce((sum, one) => sum + one.requests, 0);
  const parts = outcomes.toReversed().map((outcome) => `${bins[outcome]} ${outcome}`);
  const seconds = Math.max(0, Math.round((now - stats.startedAt) / 1_000));
  return `<p>Engine ${htmlText(engine)}, process ${stats.pid}, up for ${seconds} s.</p>
<p>${requests} requests = ${parts.join(' + ')} + ${inFlight} in flight${remainder(requests - totalOf(bins) - inFlight)}.</p>`;
}

function remainder(rest: number): string {
  return rest === 0 ? '' : ` + ${rest} being counted`;
}

/** The rows of one frontend or backend each, in order. */
function proxiesOf(rows: readonly Row[]): Row[][] {
  const proxies: Row[][] = [];
  let current = '';
  for (const row of rows) {
    const key = `${row.type === 'frontend'} ${row.fields.pxname}`;
    if (key !== current) proxies.push([]);
    current = key;
    proxies.at(-1)?.push(row);
  }
  return proxies;
}

function tableOf(rows: readonly Row[]): string {
  const [first] = rows;
  const heads = columns.map(([title, hint]) => `<th title="${hint}">${title}</th>`);
  return `<table><caption>${htmlText(String(first?.fields.pxname))}</caption>
<tr><th></th>${heads.join('')}</tr>
${rows.map(rowOf).join('\n')}</table>${sharesByNode(rows)}`;
}

/** How much of what the backend got went to which node; nothing where that is not known. */
function sharesByNode(rows: readonly Row[]): string {
  const counts = new Map<string, number>();
  for (const { fields } of rows) {
    if (fields.node === undefined) continue;
    const node = String(fields.node);
    counts.set(node, (counts.get(node) ?? 0) + Number(fields.stot ?? 0));
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return '';
  const shares = [...counts].map(
    ([node, count]) => `${htmlText(node)} ${((100 * count) / total).toFixed(1)} %`,
  );
  return `<p>By node: ${shares.join(', ')}</p>`;
}

function rowOf({ look, fields }: Row): string {
  const shown: Row['fields'] = { ...fields, shownRate: fields.req_rate ?? fields.rate };
  const cells = columns.map(([, , names]) => {
    const texts = names.map((name) => shown[name]).map((value) => (value === undefined ? '' : String(value)));
    return `<td>${htmlText(texts.filter((text) => text !== '').join(' / '))}</td>`;
  });
  return `<tr class="${look}"><th>${htmlText(String(fields.svname))}</th>${cells.join('')}</tr>`;
}

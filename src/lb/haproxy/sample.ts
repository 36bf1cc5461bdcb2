// The numbers of one process, or of several added up: the one that serves and those before it, which still finish what they have.

import { upgradeTable } from './config/global-section.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { parseStat, type StatRow } from './stat-rows.ts';

export interface Sample {
  /** By sampleKey(). */
  readonly rows: ReadonlyMap<string, StatRow>;
  /** Connections that became tunnels, by name of a frontend or backend. */
  readonly upgrades: ReadonlyMap<string, number>;
}

export const emptySample: Sample = { rows: new Map(), upgrades: new Map() };

export function sampleKey(proxy: string, server = ''): string {
  return `${proxy}/${server}`;
}

/** Everything that the process knows. */
export async function takeSample(api: RuntimeApi): Promise<Sample> {
  const [stat, table] = await Promise.all([api.send('show stat'), api.send(`show table ${upgradeTable}`)]);
  return { rows: rowsByKey(parseStat(stat)), upgrades: parseUpgrades(table) };
}

/** One backend and its servers, by its name inside of HAProxy. Empty where the process does not have it. */
export async function sampleBackend(api: RuntimeApi, backend: string): Promise<Sample> {
  const rows = parseStat(await api.send(`show stat ${backend} 6 -1`));
  return { rows: rowsByKey(rows), upgrades: new Map() };
}

/** One backend and these of its servers, by the numbers that they have: in a large one much less than everything. */
export async function sampleServers(
  api: RuntimeApi,
  backend: string,
  numbers: readonly number[],
): Promise<Sample> {
  const commands = [
    `show stat ${backend} 2 -1`,
    ...numbers.map((number) => `show stat ${backend} 4 ${number}`),
  ];
  const answers = await Promise.all(commands.map((command) => api.send(command)));
  return { rows: rowsByKey(answers.flatMap(parseStat)), upgrades: new Map() };
}

/** Of all frontends; in mode tcp connections. */
export async function requestsInFlight(api: RuntimeApi): Promise<number> {
  const rows = parseStat(await api.send('show stat -1 1 -1'));
  return rows.reduce((sum, row) => sum + inFlightOf(row), 0);
}

function inFlightOf(row: StatRow): number {
  if (row.text('mode') !== 'http') return row.number('scur');
  const ended = counters.filter((column) => column.startsWith('hrsp_'));
  return Math.max(0, row.number('req_tot') - ended.reduce((sum, column) => sum + row.number(column), 0));
}

function rowsByKey(rows: readonly StatRow[]): Map<string, StatRow> {
  return new Map(rows.map((row) => [sampleKey(row.proxy, row.kind === 'server' ? row.name : ''), row]));
}

export function parseUpgrades(table: string): Map<string, number> {
  const upgrades = new Map<string, number>();
  for (const [, frontend = '', backend = '', count] of table.matchAll(/key=(\S+?)\|(\S+) .*gpc0=(\d+)/g)) {
    for (const name of [frontend, backend]) upgrades.set(name, (upgrades.get(name) ?? 0) + Number(count));
  }
  return upgrades;
}

const gauges = ['scur', 'qcur'];
const counters = [
  ...['stot', 'bin', 'bout', 'econ', 'eresp', 'wretr', 'wredis', 'req_tot', 'conn_tot', 'cli_abrt'],
  ...['chkfail', 'chkdown', 'hrsp_1xx', 'hrsp_2xx', 'hrsp_3xx', 'hrsp_4xx', 'hrsp_5xx', 'hrsp_other'],
];
const peaks = ['smax', 'qmax'];

/** Counts are added, of peaks the highest counts; states are those of `newest`. */
export function addSamples(newest: Sample, older: Sample): Sample {
  if (older.rows.size + older.upgrades.size === 0) return newest;
  const rows = new Map(newest.rows);
  for (const [key, row] of older.rows) {
    const same = rows.get(key);
    rows.set(key, same ? addRows(same, row) : row);
  }
  return { rows, upgrades: addCounts(newest.upgrades, older.upgrades) };
}

/** What stays of a process that is gone. */
export function afterDeath(sample: Sample): Sample {
  const nothing = new Map(gauges.map((column) => [column, 0]));
  const rows = [...sample.rows].map(([key, row]): [string, StatRow] => [key, row.with(nothing)]);
  return { rows: new Map(rows), upgrades: sample.upgrades };
}

function addRows(newest: StatRow, older: StatRow): StatRow {
  const sums = [...gauges, ...counters].map((column): [string, number] => [
    column,
    newest.number(column) + older.number(column),
  ]);
  const highest = peaks.map((column): [string, number] => [
    column,
    Math.max(newest.number(column), older.number(column)),
  ]);
  return newest.with(new Map([...sums, ...highest]));
}

function addCounts(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): Map<string, number> {
  const sums = new Map(a);
  for (const [key, count] of b) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

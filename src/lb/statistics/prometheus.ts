// The statistics in Prometheus' text format, with the names that HAProxy's own exporter has where it has them.

import { outcomes } from '../outcome.ts';
import type { Fields, Row } from './rows.ts';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  readonly help: string;
  readonly of: Row['type'];
  readonly field: string;
  /** What a unit of the field is in units of the metric. Default 1. */
  readonly factor?: number;
}

const metrics: readonly Metric[] = [
  ...each(
    ['frontend', 'backend', 'server'],
    [
      ['current_sessions', 'gauge', 'scur', 'Connections of a frontend, requests in flight of the others.'],
      ['max_sessions', 'gauge', 'smax', 'The most at once.'],
      ['limit_sessions', 'gauge', 'slim', 'How many there may be at once.'],
      ['sessions_total', 'counter', 'stot', 'Connections of a frontend, requests of the others.'],
      ['bytes_in_total', 'counter', 'bin', 'Bytes from clients.'],
      ['bytes_out_total', 'counter', 'bout', 'Bytes to clients.'],
    ],
  ),
  ...each(
    ['frontend'],
    [
      ['http_requests_total', 'counter', 'req_tot', 'Requests.'],
      ['http_requests_rate_current', 'gauge', 'req_rate', 'Requests in the last second.'],
      ['request_errors_total', 'counter', 'ereq', 'Malformed requests and answers 4xx.'],
    ],
  ),
  ...each(
    ['backend', 'server'],
    [
      ['current_queue', 'gauge', 'qcur', 'Requests that wait.'],
      ['connection_errors_total', 'counter', 'econ', 'Connections that failed.'],
      ['response_errors_total', 'counter', 'eresp', 'Answers that failed.'],
      ['retry_warnings_total', 'counter', 'wretr', 'Requests that were sent again.'],
      ['redispatch_warnings_total', 'counter', 'wredis', 'Requests that were sent to another server.'],
      ['client_aborts_total', 'counter', 'cli_abrt', 'Requests whose client went away.'],
      ['weight', 'gauge', 'weight', 'Weight of the moment.'],
    ],
  ),
  ...each(
    ['backend'],
    [
      ['active_servers', 'gauge', 'act', 'Primaries that serve.'],
      ['backup_servers', 'gauge', 'bck', 'Backups that serve.'],
      ['max_queue', 'gauge', 'qmax', 'The most that waited at once.'],
      ['queue_limit', 'gauge', 'qlimit', 'How many may wait.'],
      ['http_queue_time_average_seconds', 'gauge', 'qtime', 'Time in the queue.', 0.001],
      ['http_connect_time_average_seconds', 'gauge', 'ctime', 'Time to connect.', 0.001],
      ['http_response_time_average_seconds', 'gauge', 'rtime', 'Time to the answer.', 0.001],
      ['http_total_time_average_seconds', 'gauge', 'ttime', 'Whole time.', 0.001],
    ],
  ),
  ...each(
    ['server'],
    [
      ['check_failures_total', 'counter', 'chkfail', 'Checks that failed while it was up.'],
      ['check_up_down_total', 'counter', 'chkdown', 'How often it went down.'],
      ['downtime_seconds_total', 'counter', 'downtime', 'How long it was down.'],
      ['check_last_change_seconds', 'gauge', 'lastchg', 'Since its last change.'],
      ['check_duration_seconds', 'gauge', 'check_duration', 'Of the last check.', 0.001],
    ],
  ),
];

type Short = readonly [name: string, type: Metric['type'], field: string, help: string, factor?: number];

function each(kinds: readonly Row['type'][], shorts: readonly Short[]): Metric[] {
  return kinds.flatMap((of) =>
    shorts.map(([name, type, field, help, factor]) => ({
      ...{ name: `haproxy_${of}_${name}`, type, help, of, field },
      ...(factor === undefined ? {} : { factor }),
    })),
  );
}

const classes = ['1xx', '2xx', '3xx', '4xx', '5xx', 'other'];
/** As HAProxy's exporter numbers them. */
const states = ['DOWN', 'UP', 'MAINT', 'DRAIN', 'no check', 'EJECTED'];

export function prometheusOf(rows: readonly Row[]): string {
  const lines = [
    ...metrics.flatMap((metric) => plain(metric, rows)),
    ...responses(rows),
    ...statuses(rows),
    ...bins(rows),
    ...backups(rows),
  ];
  return `${lines.join('\n')}\n`;
}

function plain({ name, type, help, of, field, factor = 1 }: Metric, rows: readonly Row[]): string[] {
  const samples = rows.flatMap((row) => {
    const value = row.fields[field];
    if (row.type !== of || value === undefined) return [];
    return [sample(name, labelsOf(row), Number(value) * factor)];
  });
  return family(name, type, help, samples);
}

function responses(rows: readonly Row[]): string[] {
  return (['frontend', 'backend', 'server'] as const).flatMap((of) => {
    const name = `haproxy_${of}_http_responses_total`;
    const samples = ofType(rows, of).flatMap((row) =>
      classes.map((code) =>
        sample(name, { ...labelsOf(row), code }, Number(row.fields[`hrsp_${code}`] ?? 0)),
      ),
    );
    return family(name, 'counter', 'Answers by the first digit of their status.', samples);
  });
}

/** One sample for each state: 1 for that which holds. */
function statuses(rows: readonly Row[]): string[] {
  return (['backend', 'server'] as const).flatMap((of) => {
    const name = `haproxy_${of}_status`;
    const samples = ofType(rows, of).flatMap((row) => {
      const status = String(row.fields.status);
      const isIt = (state: string) => status === state || status.startsWith(`${state} `);
      return states.map((state) => sample(name, { ...labelsOf(row), state }, isIt(state) ? 1 : 0));
    });
    return family(name, 'gauge', 'Which state it is in.', samples);
  });
}

function bins(rows: readonly Row[]): string[] {
  return (['frontend', 'backend'] as const).flatMap((of) => {
    const name = `relevo_${of}_requests_total`;
    const samples = ofType(rows, of).flatMap((row) =>
      outcomes.map((outcome) =>
        sample(name, { ...labelsOf(row), outcome }, Number(row.fields[outcome] ?? 0)),
      ),
    );
    return family(name, 'counter', 'How requests ended: each in exactly one way.', samples);
  });
}

function backups(rows: readonly Row[]): string[] {
  const told: [string, string, string][] = [
    ['relevo_backend_backups_active', 'backups_active', 'Backups that serve.'],
    ['relevo_backend_backups_wanted', 'backups_wanted', 'Backups that are asked for.'],
    ['relevo_backend_sorry', 'sorry', 'Whether the sorry page is due.'],
  ];
  return told.flatMap(([name, field, help]) => {
    const samples = ofType(rows, 'backend').map((row) =>
      sample(name, labelsOf(row), Number(row.fields[field] ?? 0)),
    );
    return family(name, 'gauge', help, samples);
  });
}

function ofType(rows: readonly Row[], type: Row['type']): Row[] {
  return rows.filter((row) => row.type === type);
}

function labelsOf({ type, fields }: Row): Fields {
  const { pxname, svname, node } = fields;
  if (type !== 'server') return { proxy: pxname };
  return { proxy: pxname, server: svname, ...(node === undefined ? {} : { node }) };
}

function family(name: string, type: string, help: string, samples: readonly string[]): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function sample(name: string, labels: Fields, value: number): string {
  const text = Object.entries(labels).map(([label, content]) => `${label}="${escaped(String(content))}"`);
  return `${name}{${text.join(',')}} ${value}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

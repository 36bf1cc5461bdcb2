// The lines of a backend, a listen or a defaults section that say something about servers.

import type { BackendDraft } from './draft.ts';
import { durationOf } from './haproxy-time.ts';
import type { Verdict } from './import-report.ts';
import { serverLine, serverOptions } from './server-line.ts';
import { errorFile, headerLine, statisticsLine } from './shared-lines.ts';

type Handler = (draft: BackendDraft, words: readonly string[]) => Verdict;

const balances: Readonly<Record<string, string>> = {
  ...{ roundrobin: 'roundrobin', 'static-rr': 'roundrobin', leastconn: 'leastconn' },
  ...{ source: 'source', random: 'random', first: 'first' },
};

const timeouts: Readonly<Record<string, string>> = {
  ...{ connect: 'connect', server: 'server', tunnel: 'tunnel', queue: 'queue' },
};

const handlers: Readonly<Record<string, Handler>> = {
  mode: ({ config }, [, mode]) => {
    if (mode !== 'http' && mode !== 'tcp') return { left: `there is no mode ${mode}` };
    config.mode = mode;
    return 'taken';
  },
  balance: ({ config }, [, text = 'roundrobin']) => {
    const balance = balances[text.replace(/\(.*/, '')];
    if (balance === undefined)
      return {
        left: `balance ${text} is not supported: roundrobin, leastconn, source, random and first are`,
      };
    config.balance = balance as 'roundrobin';
    return 'taken';
  },
  server: (draft, words) => serverLine(draft, words),
  'default-server': ({ defaultServer }, [, ...words]) => {
    const { options, unknown } = serverOptions(words);
    for (const [name, value] of options) defaultServer.set(name, value);
    return unknown.length === 0 ? 'taken' : { left: `${unknown.join(', ')} of it` };
  },
  cookie: ({ config }, [, name = '', ...words]) => {
    const mode = words.includes('prefix') ? 'prefix' : 'insert';
    const odd = words.find(
      (word) => !['insert', 'prefix', 'indirect', 'nocache', 'httponly', 'secure'].includes(word),
    );
    if (words.includes('rewrite') || odd !== undefined)
      return { left: `cookies with ${odd} are not supported` };
    config.persistence = { cookie: { name, mode } };
    return 'taken';
  },
  fullconn: ({ config }, [, count]) => {
    config.perServer = { ...config.perServer, fullconn: Number(count) };
    return 'taken';
  },
  retries: ({ config }, [, count]) => {
    config.retries = { ...config.retries, attempts: Number(count) };
    return 'taken';
  },
  'hash-type': (_draft, [, type]) =>
    type === 'consistent' ? 'taken' : { notNeeded: 'balance source is always consistent' },
  timeout: (draft, words) => timeoutLine(draft, words),
  option: (draft, words) => optionLine(draft, words),
  'http-check': (draft, words) => checkLine(draft, words),
  errorfile: ({ pages }, words) => errorFile(pages, words),
  stats: ({ statistics }, words) => statisticsLine(statistics, words),
  'http-request': ({ headers }, words) => headerLine(headers.request, words),
  'http-response': ({ headers }, words) => headerLine(headers.response, words),
};

export function backendLine(draft: BackendDraft, words: readonly string[]): Verdict {
  return handlers[words[0] ?? '']?.(draft, words) ?? 'elsewhere';
}

function timeoutLine({ config }: BackendDraft, [, which = '', text]: readonly string[]): Verdict {
  const duration = durationOf(text);
  if (duration === undefined) return { left: `${text} is no time` };
  if (which === 'check') {
    config.check = { ...config.check, timeout: duration };
    return 'taken';
  }
  const field = timeouts[which];
  if (field === undefined) return 'elsewhere';
  if (field === 'queue') config.queue = { ...config.queue, timeout: duration };
  else config.timeouts = { ...config.timeouts, [field]: duration };
  return 'taken';
}

function optionLine({ check, config }: BackendDraft, [, option, ...words]: readonly string[]): Verdict {
  if (option === 'httpchk') {
    check.http = { ...check.http, ...httpCheck(words) };
    return 'taken';
  }
  if (option === 'redispatch') {
    config.retries = { ...config.retries, redispatch: true };
    return 'taken';
  }
  if (option === 'allbackups') return 'taken';
  if (option === 'tcp-check') return 'taken';
  return 'elsewhere';
}

/** `option httpchk`, `option httpchk URI`, `option httpchk METHOD URI [VERSION]`; the version may carry headers. */
function httpCheck(words: readonly string[]): Record<string, string> {
  const [first, second, version = ''] = words;
  if (first === undefined) return {};
  if (second === undefined) return { path: first };
  const host = /Host:\s*([^\s\\]+)/i.exec(version)?.[1];
  return { method: first, path: second, ...(host === undefined ? {} : { host }) };
}

function checkLine({ check }: BackendDraft, [, what, ...words]: readonly string[]): Verdict {
  if (what === 'expect') return expectation(check, words);
  if (what !== 'send') return { left: `http-check ${what} is not supported` };
  const after = (name: string) => words[words.indexOf(name) + 1];
  const http = { ...check.http };
  if (words.includes('meth')) http.method = String(after('meth'));
  if (words.includes('uri')) http.path = String(after('uri'));
  const at = words.findIndex((word, index) => word === 'hdr' && words[index + 1]?.toLowerCase() === 'host');
  if (at >= 0) http.host = String(words[at + 2]);
  check.http = http;
  return 'taken';
}

function expectation(check: BackendDraft['check'], [kind = '', value = '']: readonly string[]): Verdict {
  if (kind === 'status') check.http = { ...check.http, expect: value };
  else if (kind === 'string') check.http = { ...check.http, body: value };
  else return { left: `http-check expect ${kind} is not supported: status and string are` };
  return 'taken';
}

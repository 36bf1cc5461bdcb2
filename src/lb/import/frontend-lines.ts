// The lines of a frontend, a listen or a defaults section that say something about clients.

import type { FrontendDraft } from './draft.ts';
import type { ConfigLine } from './haproxy-file.ts';
import { durationOf } from './haproxy-time.ts';
import type { Verdict } from './import-report.ts';
import { errorFile, headerLine, statisticsLine } from './shared-lines.ts';

type Handler = (draft: FrontendDraft, words: readonly string[], line: ConfigLine) => Verdict;

const handlers: Readonly<Record<string, Handler>> = {
  mode: ({ config }, [, mode]) => {
    if (mode !== 'http' && mode !== 'tcp') return { left: `there is no mode ${mode}` };
    config.mode = mode;
    return 'taken';
  },
  bind: (draft, words) => bindLine(draft, words),
  maxconn: ({ config }, [, count]) => {
    config.maxconn = Number(count);
    return 'taken';
  },
  default_backend: ({ config }, [, name]) => {
    config.defaultBackend = String(name);
    return 'taken';
  },
  acl: ({ acls }, [, name = '', fetch = '', ...values]) => {
    acls.set(name, [...(acls.get(name) ?? []), { fetch, values }]);
    return 'taken';
  },
  use_backend: ({ routes }, [, backend = '', ...words], line) => {
    routes.push({ line, backend, words });
    return 'taken';
  },
  timeout: ({ config }, [, which, text]) => {
    const field = which === 'client' ? 'client' : which === 'http-keep-alive' ? 'idle' : undefined;
    if (which === 'http-request') return { notNeeded: 'timeouts.client is for requests, too' };
    if (field === undefined) return 'elsewhere';
    const duration = durationOf(text);
    if (duration === undefined) return { left: `${text} is no time` };
    config.timeouts = { ...config.timeouts, [field]: duration };
    return 'taken';
  },
  errorfile: ({ errorPages }, words) => errorFile(errorPages, words),
  stats: ({ statistics }, words) => statisticsLine(statistics, words),
  redirect: (draft, words, line) => redirectLine(draft, words, line),
  'http-request': (draft, words, line) => {
    if (words[1] === 'redirect') return redirectLine(draft, words.slice(1), line);
    return headerLine(draft.headers.request, words);
  },
  'http-response': ({ headers }, words) => headerLine(headers.response, words),
};

export function frontendLine(draft: FrontendDraft, line: ConfigLine): Verdict {
  return handlers[line.words[0] ?? '']?.(draft, line.words, line) ?? 'elsewhere';
}

function bindLine({ config }: FrontendDraft, [, addresses = '', ...options]: readonly string[]): Verdict {
  const wanted = addresses.split(',');
  if (wanted.some((address) => !/:\d+$/.test(address))) return { left: `${addresses} is not ADDRESS:PORT` };
  config.bind.push(...wanted);
  const left: string[] = [];
  for (let index = 0; index < options.length; index++) {
    const option = options[index] ?? '';
    if (option === 'crt') config.tls = [...(config.tls ?? []), { certificate: String(options[++index]) }];
    else if (option === 'accept-proxy') config.proxyProtocolFrom = ['0.0.0.0/0', '::/0'];
    else if (option === 'alpn' || option === 'maxconn') index++;
    else if (!['ssl', 'transparent', 'v4v6', 'tfo', 'defer-accept'].includes(option)) left.push(option);
  }
  return left.length === 0 ? 'taken' : { left: `the address was taken without ${left.join(', ')}` };
}

/** To https, without a condition or for whoever came by http. */
function redirectLine(draft: FrontendDraft, words: readonly string[], line: ConfigLine): Verdict {
  const text = words.slice(1).join(' ');
  const toHttps = /^scheme https( code 30[1278])?( (if !\{ ssl_fc \}|unless \{ ssl_fc \}))?$/.test(text);
  if (!toHttps) return { left: 'only "redirect scheme https" is taken' };
  draft.redirectsToHttps = line;
  return 'taken';
}

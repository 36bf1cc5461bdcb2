// A server line and its options (configuration manual, section 5).

import type { BackendDraft } from './draft.ts';
import { durationOf } from './haproxy-time.ts';
import type { Verdict } from './import-report.ts';

/** Options with a value, and those without. */
const valued = new Set([
  ...[
    'weight',
    'maxconn',
    'minconn',
    'maxqueue',
    'cookie',
    'inter',
    'fastinter',
    'downinter',
    'rise',
    'fall',
  ],
  ...[
    'port',
    'slowstart',
    'agent-port',
    'agent-inter',
    'observe',
    'on-error',
    'on-marked-down',
    'on-marked-up',
  ],
  ...['error-limit', 'id', 'addr', 'check-ssl', 'ca-file', 'crt', 'verify', 'sni', 'init-addr', 'resolvers'],
  ...['pool-max-conn', 'pool-purge-delay', 'pool-low-conn', 'tcp-ut', 'source', 'track', 'proto', 'alpn'],
]);
const bare = new Set(['check', 'backup', 'disabled', 'agent-check', 'enabled', 'no-check']);
const ignored = new Set([
  ...['on-error', 'on-marked-down', 'on-marked-up', 'error-limit', 'observe', 'id', 'enabled', 'fastinter'],
  ...['downinter', 'pool-max-conn', 'pool-purge-delay', 'pool-low-conn', 'tcp-ut', 'init-addr', 'maxqueue'],
]);

export function serverOptions(words: readonly string[]): { options: Map<string, string>; unknown: string[] } {
  const options = new Map<string, string>();
  const unknown: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (bare.has(word)) options.set(word, '');
    else if (!valued.has(word)) unknown.push(word);
    else options.set(word, words[++index] ?? '');
  }
  return { options, unknown };
}

/** Its options over those of default-server. What is not known is told, the server is taken all the same. */
export function serverLine(
  draft: BackendDraft,
  [, name = '', address = '', ...words]: readonly string[],
): Verdict {
  if (!/:\d+$/.test(address)) return { left: 'a server needs ADDRESS:PORT' };
  const { options: own, unknown } = serverOptions(words);
  const options = new Map([...draft.defaultServer, ...own]);
  const number = (option: string) => (options.has(option) ? Number(options.get(option)) : undefined);
  const server = {
    ...{ name, address, weight: number('weight'), maxconn: number('maxconn') },
    ...(options.has('backup') ? { backup: true } : {}),
    ...(options.has('disabled') ? { state: 'maint' as const } : {}),
    ...(options.has('cookie') ? { cookie: String(options.get('cookie')) } : {}),
  };
  draft.servers.push(server);
  const left = [...unknown, ...[...own.keys()].filter((option) => !isTaken(draft, option, options))];
  return left.length === 0 ? 'taken' : { left: `the server was taken without ${left.join(', ')}` };
}

/** What we have for the whole backend is taken from the first server that says it; a different word of a later one is not. */
function isTaken(draft: BackendDraft, option: string, options: ReadonlyMap<string, string>): boolean {
  const value = options.get(option) ?? '';
  const { config, check } = draft;
  if (['weight', 'maxconn', 'cookie', 'backup', 'disabled', 'no-check'].includes(option)) return true;
  if (ignored.has(option)) return true;
  if (option === 'check') {
    check.isOn = true;
    return true;
  }
  if (option === 'minconn') {
    config.perServer = { ...config.perServer, minconn: Number(value) };
    return true;
  }
  if (option === 'slowstart') {
    config.perServer = { ...config.perServer, slowstart: durationOf(value) };
    return true;
  }
  if (option === 'agent-check') return options.has('agent-port');
  if (option === 'agent-port') {
    check.agentPort = Number(value);
    return true;
  }
  return option === 'agent-inter' || checkOption(draft, option, value);
}

function checkOption({ config }: BackendDraft, option: string, value: string): boolean {
  const known: Record<string, string | number | undefined> = { ...config.check } as never;
  const read: Record<string, string | number | undefined> = {
    inter: option === 'inter' ? durationOf(value) : undefined,
    rise: Number(value),
    fall: Number(value),
    port: Number(value),
  };
  if (!(option in read)) return false;
  if (known[option] !== undefined && known[option] !== read[option]) return false;
  config.check = { ...config.check, [option]: read[option] };
  return true;
}

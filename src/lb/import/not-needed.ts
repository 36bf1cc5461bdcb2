// Lines that say nothing that is needed here, and why: of the process, of logs, of TLS, and habits that are always kept.

const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /^(daemon|chroot|user|group|uid|gid|pidfile|nbproc|nbthread|cpu-map|ulimit-n|node|description|master-worker)\b/,
    'the process is looked after by Relevo',
  ],
  [
    /^(stats socket|stats timeout|expose-|set-dumpable|insecure-|wurfl|lua-|presetenv|setenv)/,
    'the process is looked after by Relevo',
  ],
  [
    /^(maxconnrate|maxsessrate|maxpipes|tune\.|noepoll|nosplice|spread-checks|busy-polling|hard-stop-after|grace)\b/,
    'tuning is done by Relevo',
  ],
  [/^(log|log-send-hostname|log-tag|log-format|unique-id-|no log)\b/, 'logs are told with accessLog'],
  [
    /^option (httplog|tcplog|dontlognull|dontlog-normal|log-health-checks|log-separate-errors|logasap)\b/,
    'logs are told with accessLog',
  ],
  [
    /^(ssl-default-|ssl-dh-|ssl-server-verify|ssl-engine|ca-base|crt-base|ssl-mode)/,
    'TLS has safe defaults here',
  ],
  [
    /^(no )?option (forwardfor|http-server-close|http-keep-alive|httpclose|forceclose|http-pretend-keepalive|abortonclose|tcp-smart-|splice-|http-no-delay|contstats|socket-stats|nolinger|clitcpka|srvtcpka|tcpka|idle-close)/,
    'it is always so, or never needed',
  ],
  [
    /^(http-reuse|pool-|bind-process|id |description|enabled|http-request set-header X-(Forwarded|Real)-|http-request add-header X-Forwarded-)/i,
    'it is always so, or never needed',
  ],
  [
    /^stats (refresh|realm|hide-version|show-|scope|http-request|bind-process)/,
    'the page of the statistics is always so',
  ],
  [/^timeout (client-fin|server-fin|tarpit)\b/, 'covered by the other time-outs'],
];

/** Undefined for a line that does say something. `words` joined by one space is what is looked at. */
export function whyNotNeeded(words: readonly string[], inGlobal: boolean): string | undefined {
  const text = words.join(' ');
  const known = reasons.find(([pattern]) => pattern.test(text))?.[1];
  if (known !== undefined) return known;
  return inGlobal && words[0] === 'maxconn' ? 'the process is looked after by Relevo' : undefined;
}

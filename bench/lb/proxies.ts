// The proxies that are compared: each on one core, with the same servers behind it, in plain text and with TLS.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { freePort } from '../../tests/support/free-port.ts';
import { Program } from './program.ts';

export interface Contestant {
  readonly name: string;
  readonly plain: string;
  /** Undefined where it is not measured with TLS. */
  readonly secure?: string;
  readonly port: number;
  readonly program: Program;
}

export interface Ground {
  readonly folder: string;
  readonly core: number;
  readonly origins: readonly number[];
  /** PEM with the certificate and its key. */
  readonly certificate: string;
}

type Start = (ground: Ground) => Promise<Contestant>;

interface Ports {
  readonly plain: number;
  readonly secure: number;
}

/** By the name that the tables have. */
export const proxies: Readonly<Record<string, Start>> = {
  'HAProxy, minimal': (ground) => haproxy(ground, 'HAProxy, minimal', []),
  'HAProxy, all features': (ground) => haproxy(ground, 'HAProxy, all features', featuresOfHaproxy),
  nginx,
  'http-proxy': nodeProxy,
  'Relevo, embedded': (ground) => relevo(ground, 'embedded'),
  'Relevo, haproxy': (ground) => relevo(ground, 'haproxy'),
};

async function haproxy(ground: Ground, name: string, features: readonly string[]): Promise<Contestant> {
  const ports = await twoPorts();
  const file = path.join(ground.folder, `${ports.plain}.cfg`);
  const check = features.length > 0 ? ' check' : '';
  const servers = ground.origins.map((port, index) => `  server s${index} 127.0.0.1:${port}${check}`);
  const lines = [
    // Files may be limited to less than twice as many, which is only needed when every connection has one behind it.
    ...['global', '  no strict-limits', '  maxconn 12000', '  nbthread 1', '  tune.ssl.cachesize 20000'],
    // A line for each request is made and written, to where the program's standard output goes: nowhere.
    ...(features.length > 0 ? ['  log stdout format raw local0'] : []),
    ...['defaults', '  mode http', '  timeout client 600s', '  timeout server 30s', '  timeout connect 1s'],
    ...['  timeout http-keep-alive 600s', '  maxconn 12000'],
    ...['frontend f', `  bind 127.0.0.1:${ports.plain}`],
    ...[`  bind 127.0.0.1:${ports.secure} ssl crt ${ground.certificate}`],
    ...features.filter((line) => !line.startsWith('backend ')).map((line) => `  ${line}`),
    ...['  default_backend b', 'backend b', '  balance roundrobin'],
    ...features.flatMap((line) => (line.startsWith('backend ') ? [`  ${line.slice(8)}`] : [])),
    ...servers,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  return proxyOf(name, ground, ports, ['haproxy', '-db', '-f', file]);
}

const featuresOfHaproxy: readonly string[] = [
  ...['log global', 'option httplog', 'option forwardfor'],
  ...['backend retries 2', 'backend option redispatch 1', 'backend retry-on conn-failure empty-response'],
  ...['backend option httpchk GET /healthz', 'backend default-server inter 500ms rise 2 fall 2'],
];

async function nginx(ground: Ground): Promise<Contestant> {
  const ports = await twoPorts();
  const { folder, certificate } = ground;
  const file = path.join(folder, `${ports.plain}.conf`);
  const upstreams = ground.origins.map((port) => `server 127.0.0.1:${port};`).join(' ');
  writeFileSync(
    file,
    `user root; worker_processes 1; pid ${folder}/proxy.pid; error_log ${folder}/proxy.log crit;
events { worker_connections 30000; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; proxy_buffering on;
  upstream b { ${upstreams} keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${ports.plain} backlog=4096;
    listen 127.0.0.1:${ports.secure} ssl backlog=4096;
    ssl_certificate ${certificate}; ssl_certificate_key ${certificate};
    location / { proxy_pass http://b; proxy_http_version 1.1; proxy_set_header Connection ""; }
  }
}
`,
  );
  return proxyOf('nginx', ground, ports, ['nginx', '-c', file, '-p', folder, '-g', 'daemon off;']);
}

async function nodeProxy(ground: Ground): Promise<Contestant> {
  const ports = await twoPorts();
  const entry = fileURLToPath(new URL('./http-proxy-process.ts', import.meta.url));
  const words = [process.execPath, entry, String(ports.plain), ...ground.origins.map(String)];
  const { secure: _none, ...proxy } = await proxyOf('http-proxy', ground, ports, words);
  return proxy;
}

/** As its users run it, with every feature on. */
async function relevo(ground: Ground, engine: 'embedded' | 'haproxy'): Promise<Contestant> {
  const ports = await twoPorts();
  const { folder, certificate } = ground;
  const file = path.join(folder, `${ports.plain}.yaml`);
  const timeouts = { client: '30s', idle: '600s' };
  const backend = {
    name: 'b',
    servers: ground.origins.map((port, index) => ({ name: `s${index}`, address: `127.0.0.1:${port}` })),
    check: { http: { path: '/healthz', host: 'bench.example.org' } },
  };
  const config = {
    frontends: [
      { name: 'plain', bind: [`127.0.0.1:${ports.plain}`], defaultBackend: 'b', timeouts },
      {
        ...{ name: 'secure', bind: [`127.0.0.1:${ports.secure}`], defaultBackend: 'b', timeouts },
        tls: [{ certificate }],
      },
    ],
    backends: [backend],
    accessLog: { format: 'httplog', file: path.join(folder, `${engine}.log`) },
  };
  writeFileSync(file, stringify(config));
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const words = [process.execPath, main, 'lb', 'run', file, '--engine', engine, '--workers', '1'];
  return proxyOf(`Relevo, ${engine}`, ground, ports, words);
}

async function proxyOf(
  name: string,
  ground: Ground,
  ports: Ports,
  words: readonly string[],
): Promise<Contestant & { secure: string }> {
  const plain = `http://127.0.0.1:${ports.plain}`;
  const program = await Program.start({ words, core: ground.core, answersOn: `${plain}/healthz` });
  return { name, plain, secure: `https://127.0.0.1:${ports.secure}`, port: ports.plain, program };
}

async function twoPorts(): Promise<Ports> {
  return { plain: await freePort(), secure: await freePort() };
}

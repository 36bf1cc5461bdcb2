// The servers behind every proxy that is measured: one nginx with three ports of every address, on the core that the proxies do not have.

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../tests/support/free-port.ts';
import { Program } from './program.ts';

export interface Origins {
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

/** They answer `/small` with 200 bytes and `/large` with 100,000, and `/healthz`. */
export async function startOrigins(folder: string, core: number): Promise<Origins> {
  const files = path.join(folder, 'origin-files');
  mkdirSync(files, { recursive: true });
  writeFileSync(path.join(files, 'small'), 'x'.repeat(200));
  writeFileSync(path.join(files, 'large'), 'y'.repeat(100_000));
  writeFileSync(path.join(files, 'healthz'), 'fine');
  const ports = [await freePort(), await freePort(), await freePort()];
  const config = path.join(folder, 'origins.conf');
  writeFileSync(config, originsConfig(folder, files, ports));
  const nginx = await Program.start({
    words: ['nginx', '-c', config, '-p', folder, '-g', 'daemon off;'],
    core,
    answersOn: `http://127.0.0.1:${ports[0]}/healthz`,
  });
  return { ports, stop: () => nginx.stop() };
}

function originsConfig(folder: string, files: string, ports: readonly number[]): string {
  const listens = ports.map((port) => `listen ${port} backlog=4096;`).join(' ');
  return `
user root; worker_processes 1; pid ${folder}/origins.pid; error_log ${folder}/origins.log crit;
events { worker_connections 20000; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s; sendfile off; tcp_nodelay on;
  open_file_cache max=10 inactive=600s; open_file_cache_valid 600s;
  server { ${listens} root ${files}; }
}
`;
}

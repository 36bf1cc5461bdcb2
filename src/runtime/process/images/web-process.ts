// The built-in image relevo/web: a small web application that says who it is and does what a drill asks of it.
// It imports next to nothing, so that a replica answers a few dozen milliseconds after its start.
//
//   /                  pod, node and version, as HTML or JSON; so does any path that is not below
//   /healthz           200
//   /slow?ms=500       the same after a while
//   /burn?ms=500       the same after so much work of one core
//   /fail?rate=0.5     500 for that share of the requests (default all), else the same
//
// Environment: HOST, PORT, POD_IP, HOSTNAME (the pod), NODE_NAME, IMAGE_TAG. On SIGTERM it finishes its requests and exits with 0.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { flushCompileCache } from 'node:module';

const {
  HOST = '127.0.0.1',
  POD_IP = HOST,
  PORT = '8080',
  HOSTNAME = '',
  NODE_NAME = '',
  IMAGE_TAG = 'latest',
} = process.env;
const longestMs = 600_000;
/** Work is done in slices, between which other requests get their turn. */
const sliceMs = 5;
let answered = 0;

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(`${request.method} ${request.url}: ${error}`);
    response.destroy();
  });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const url = new URL(request.url ?? '/', 'http://pod');
  const ms = Math.min(Number(url.searchParams.get('ms')) || 0, longestMs);
  switch (url.pathname) {
    case '/healthz':
      return send(response, 200, 'text/plain', 'ok\n');
    case '/slow':
      await new Promise((resolve) => setTimeout(resolve, ms));
      break;
    case '/burn':
      await burn(ms);
      break;
    case '/fail':
      if (Math.random() < Number(url.searchParams.get('rate') ?? 1)) {
        return send(response, 500, 'text/plain', `${HOSTNAME} failed as it was asked to\n`);
      }
  }
  sayWho(request, response, url.pathname);
}

async function burn(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= sliceMs) {
    const end = performance.now() + Math.min(left, sliceMs);
    while (performance.now() < end);
    await new Promise(setImmediate);
  }
}

function sayWho(request: IncomingMessage, response: ServerResponse, path: string): void {
  const who = {
    pod: HOSTNAME,
    node: NODE_NAME,
    version: IMAGE_TAG,
    address: `${POD_IP}:${PORT}`,
    path,
    request: ++answered,
  };
  if (request.headers.accept?.includes('text/html'))
    send(response, 200, 'text/html; charset=utf-8', page(who));
  else send(response, 200, 'application/json', `${JSON.stringify(who)}\n`);
}

function page(who: Record<string, unknown>): string {
  const rows = Object.entries(who).map(
    ([name, value]) => `<tr><th>${name}</th><td>${escaped(String(value))}</td></tr>`,
  );
  const title = escaped(HOSTNAME);
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>body{font:1.1rem system-ui;margin:4rem auto;max-width:32rem;padding:0 1rem;color-scheme:light dark}
h1{color:hsl(${hueOf(HOSTNAME)} 60% 45%)}th{text-align:left;padding-right:2rem;font-weight:normal;opacity:.7}</style>
<h1>${title}</h1><table>${rows.join('')}</table></html>
`;
}

/** A colour per pod: people see at a glance that another one answers. */
function hueOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    // Leaving: the client shall not send its next request here.
    ...(server.listening ? {} : { connection: 'close' }),
  });
  response.end(body);
}

function leave(signal: string): void {
  console.log(`${signal}: finishing the requests in flight`);
  server.close(() => process.exit(0));
}

process.on('SIGTERM', leave).on('SIGINT', leave);
server.on('error', (error) => {
  console.error(`cannot listen on ${HOST}:${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), HOST, () => {
  console.log(`${HOSTNAME} ${IMAGE_TAG} listens on ${HOST}:${PORT}`);
  // Node does so when it exits, which a replica that is killed never does.
  flushCompileCache();
});

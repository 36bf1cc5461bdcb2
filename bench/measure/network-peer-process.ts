// A program that is given to pods as text: it answers, sends much, and measures how others do. It imports nothing but Node, so that it runs
// where the clone cannot be seen. HOST and PORT say where it listens.
//
//   /                       a short answer
//   /bulk?bytes=            so many bytes
//   /measure?origin=&count=&bytes=   how an origin does: {latenciesMs, bytesPerSecond}

import { Agent, createServer, get, type ServerResponse } from 'node:http';

const { HOST = '0.0.0.0', PORT = '8080' } = process.env;
const chunk = Buffer.alloc(256 * 1024);

createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://peer');
  if (url.pathname === '/bulk') void sendMuch(response, Number(url.searchParams.get('bytes')));
  else if (url.pathname === '/measure') void answerMeasured(response, url.searchParams);
  else response.end('ok');
}).listen(Number(PORT), HOST);

async function sendMuch(response: ServerResponse, bytes: number): Promise<void> {
  for (let left = bytes; left > 0; left -= chunk.length) {
    const piece = left < chunk.length ? chunk.subarray(0, left) : chunk;
    if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
  }
  response.end();
}

async function answerMeasured(response: ServerResponse, params: URLSearchParams): Promise<void> {
  try {
    response.end(JSON.stringify(await measure(params)));
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

async function measure(params: URLSearchParams): Promise<object> {
  const origin = String(params.get('origin'));
  const bytes = Number(params.get('bytes'));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const latenciesMs: number[] = [];
  for (let i = 0; i < Number(params.get('count')); i++) latenciesMs.push(await took(origin, agent));
  const bulkMs = await took(`${origin}/bulk?bytes=${bytes}`, agent);
  agent.destroy();
  return { latenciesMs, bytesPerSecond: (bytes * 1000) / bulkMs };
}

/** Milliseconds until the last byte, over the one connection that the agent keeps. */
function took(url: string, agent: Agent): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.on('error', reject).on('end', () => resolve(performance.now() - began));
      response.resume();
    }).on('error', reject);
  });
}

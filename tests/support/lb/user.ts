// A user of the application: one request, its answer, and who gave it.

import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { TestContext } from 'node:test';

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Default: a connection of its own. */
  readonly agent?: Agent;
  /** The client's own address, of 127.0.0.0/8. */
  readonly from?: string;
  /** TLS, with whatever certificate is shown. */
  readonly serverName?: string;
  readonly timeoutMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Who answered: the header `x-server`. */
  readonly server: string | undefined;
}

/** Rejects when there is no whole answer. */
export function ask(port: number, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', path = '/', headers, body, agent, from, serverName, timeoutMs = 20_000 } = asked;
  const options = {
    ...{ host: '127.0.0.1', port, method, path, headers, localAddress: from },
    agent: agent ?? (false as const),
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const send = serverName === undefined ? request : secureRequest;
  const secure = serverName === undefined ? {} : { servername: serverName, rejectUnauthorized: false };
  const sent = send({ ...options, ...secure } as object, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('close', () => {
      if (!response.complete) return reject(new Error('the answer was cut off'));
      const server = response.headers['x-server'];
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(chunks).toString(),
        server: typeof server === 'string' ? server : undefined,
      });
    });
  });
  sent.setTimeout(timeoutMs, () => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)));
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** Connections that are kept alive, until the test ends. */
export function keepAlive(t: TestContext, sockets = 16): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  t.after(() => agent.destroy());
  return agent;
}

/** `count` requests, `width` at once; resolves with all answers, failures as Errors. */
export async function askMany(
  port: number,
  count: number,
  asked: Asked | ((number: number) => Asked) = {},
  width = 8,
): Promise<(Answer | Error)[]> {
  const results: (Answer | Error)[] = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const number = next++;
      const request = typeof asked === 'function' ? asked(number) : asked;
      results[number] = await ask(port, request).catch((error: Error) => error);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, one));
  return results;
}

/** How many answers each server gave. */
export function shares(answers: readonly (Answer | Error)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const key = answer instanceof Error ? 'failed' : (answer.server ?? String(answer.status));
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

// Asks until somebody answers, over a new connection each time, as impatient users do.

import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const betweenMs = 2;
const patienceMs = 60_000;

/** Resolves with the body of the first answer with status 200 that `isWanted`. Rejects after a minute. */
export async function firstAnswer(
  url: string,
  isWanted: (body: string) => boolean = () => true,
): Promise<string> {
  for (const began = performance.now(); performance.now() - began < patienceMs; await wait(betweenMs)) {
    const body = await ask(url);
    if (body !== undefined && isWanted(body)) return body;
  }
  throw new Error(`${url} did not answer within ${patienceMs / 1000} s`);
}

function ask(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 1000 }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        body += chunk;
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode === 200 ? body : undefined));
    });
    request.on('timeout', () => request.destroy()).on('error', () => resolve(undefined));
  });
}

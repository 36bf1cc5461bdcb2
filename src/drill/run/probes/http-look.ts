// Asks the target as one more user: a path, the statuses that are good, and what the page has to contain.

import { request as askHttp } from 'node:http';
import { request as askHttps } from 'node:https';
import { networkInterfaces } from 'node:os';
import { type Told, ToldError, told } from '../../told.ts';
import type { MakeLook } from './probe.ts';

const patienceMs = 5_000;
/** More of a page is not looked at. */
const mostBytes = 1024 * 1024;

export const httpLook: MakeLook = ({ http }, { target }) => {
  if (!http) throw new Error('it has no http');
  return async (signal) => {
    const { url, host } = target();
    const asked = new URL(`${http.from === 'outside' ? fromOutside(url) : url}${http.path}`);
    const { status, body } = await ask(asked, host, signal);
    if (!http.status.some((range) => isWithin(status, range))) return statusOf(status);
    if (http.contains === undefined || body.includes(http.contains)) return undefined;
    return without(status, http.contains);
  };
};

function statusOf(status: number): Told {
  return told(`status ${status}`, `estado ${status}`);
}

function without(status: number, text: string): Told {
  return told(
    `status ${status}, without "${text}" in the page`,
    `estado ${status}, sin «${text}» en la página`,
  );
}

/** What fromOutside() throws where nobody else can come in. */
export const onlyLoopback = told(
  'this machine has no address but those of its loopback',
  'esta máquina no tiene más direcciones que las de su bucle local',
);

/** By the address that this machine has for others; an address of its own that is not of the loopback stays. */
export function fromOutside(url: string): string {
  const asked = new URL(url);
  if (!/^(127\.|localhost$|\[::1\]$)/.test(asked.hostname)) return url;
  const own = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4');
  if (!own) throw new ToldError(onlyLoopback);
  asked.hostname = own.address;
  return asked.href.replace(/\/$/, '');
}

function isWithin(status: number, range: string): boolean {
  const [from = 0, to = from] = range.split('-').map(Number);
  return status >= from && status <= to;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** On a connection of its own. Rejects when there is no answer within 5 s. */
export function ask(url: URL, host: string | undefined, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      ...{ agent: false, signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]) },
      // Whose certificate it is, is not what is asked here.
      rejectUnauthorized: false,
      headers: { accept: '*/*', ...(host === undefined ? {} : { host }) },
    };
    const asking = (url.protocol === 'https:' ? askHttps : askHttp)(url, options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        if (body.length < mostBytes) body += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
      });
    });
    asking.on('error', (error: NodeJS.ErrnoException) => reject(inWords(error)));
    asking.end();
  });
}

function inWords(error: NodeJS.ErrnoException): Error {
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return new ToldError(silence, { cause: error });
  return error.code === 'ECONNREFUSED' ? new ToldError(nobodyListens, { cause: error }) : error;
}

const silence = told(`no answer within ${patienceMs / 1_000} s`, `sin respuesta en ${patienceMs / 1_000} s`);
const nobodyListens = told('nobody listens', 'nadie escucha ahí');

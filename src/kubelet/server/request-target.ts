// What a request to the kubelet's server asks for. Pure.

import type { LogOptions } from '../../runtime/runtime.ts';
import type { StreamWish } from './remote-command.ts';

export interface PodTarget {
  namespace: string;
  pod: string;
  /** '' for port-forward. */
  container: string;
  query: URLSearchParams;
}

/** Answered with a status and a line of text. */
export class RequestError extends Error {
  override name = 'RequestError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** `/verb/namespace/pod[/container]`; the kubelet's old form with the pod's uid before the container is taken, too. */
export function parseTarget(url: string): { verb: string; target: PodTarget } {
  const { pathname, searchParams } = new URL(url, 'https://kubelet');
  const [verb = '', namespace = '', pod = '', ...rest] = pathname.slice(1).split('/').map(decodeURIComponent);
  return { verb, target: { namespace, pod, container: rest.at(-1) ?? '', query: searchParams } };
}

/** With the kubelet's names of the streams (`input`) or the API's (`stdin`). */
export function streamWish(query: URLSearchParams): StreamWish {
  const has = (...names: string[]) => names.some((name) => isTrue(query.get(name)));
  return {
    stdin: has('input', 'stdin'),
    stdout: has('output', 'stdout'),
    stderr: has('error', 'stderr'),
    tty: has('tty'),
  };
}

export interface LogWish extends LogOptions {
  timestamps: boolean;
  previous: boolean;
  limitBytes: number;
}

/** `now` is wall-clock milliseconds. Throws a RequestError for numbers and times that are none. */
export function logWish(query: URLSearchParams, now: number): LogWish {
  const wish: LogWish = {
    follow: isTrue(query.get('follow')),
    timestamps: isTrue(query.get('timestamps')),
    previous: isTrue(query.get('previous')),
    limitBytes: numberIn(query, 'limitBytes') ?? Number.POSITIVE_INFINITY,
  };
  const tailLines = numberIn(query, 'tailLines') ?? numberIn(query, 'tail');
  if (tailLines !== undefined) wish.tailLines = tailLines;
  const sinceMs = sinceIn(query, now);
  if (sinceMs !== undefined) wish.sinceMs = sinceMs;
  return wish;
}

function sinceIn(query: URLSearchParams, now: number): number | undefined {
  const seconds = numberIn(query, 'sinceSeconds');
  if (seconds !== undefined) return now - seconds * 1_000;
  const text = query.get('sinceTime');
  if (!text) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new RequestError(400, `sinceTime must be a time as in RFC 3339, not "${text}"`);
  return time;
}

function numberIn(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new RequestError(400, `${name} must be a whole number of 0 or more, not "${text}"`);
}

function isTrue(text: string | null): boolean {
  return text === '1' || text === 'true';
}

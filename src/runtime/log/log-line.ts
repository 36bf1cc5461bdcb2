// One line of a container's log as Kubernetes' runtimes write it: `2026-11-21T05:48:36.123000000Z stdout F text`.
// F ends a line of the program, P says that it goes on in the next entry.

import type { LogLine } from '../runtime.ts';

export type LogStream = LogLine['stream'];

/** RFC 3339 in UTC; `ms` is wall-clock milliseconds. All are of one length, so that they compare as texts. */
export function logTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000000Z`;
}

/** What stands before the text of an entry. */
export function entryPrefix(time: string, stream: LogStream, partial: boolean): string {
  return `${time} ${stream} ${partial ? 'P' : 'F'} `;
}

/** `line` is without its line feed. Undefined for what is no entry, such as the torn end of a file. */
export function parseEntry(line: Buffer): LogLine | undefined {
  const afterTime = line.indexOf(' ');
  const afterStream = line.indexOf(' ', afterTime + 1);
  const afterTag = line.indexOf(' ', afterStream + 1);
  if (afterTime < 0 || afterStream < 0 || afterTag < 0) return undefined;
  const stream = line.toString('latin1', afterTime + 1, afterStream);
  const tag = line.toString('latin1', afterStream + 1, afterTag);
  if ((stream !== 'stdout' && stream !== 'stderr') || !/^[FP](:|$)/.test(tag)) return undefined;
  const time = line.toString('latin1', 0, afterTime);
  const data = line.subarray(afterTag + 1);
  return tag.startsWith('P') ? { time, stream, data, partial: true } : { time, stream, data };
}

// The sample of an answer: names, codes and times as JMeter has them.

import type { HttpAnswer } from '../../http/http-exchange.ts';
import type { Sample } from '../../sample.ts';
import { safeUrl } from './redact.ts';

/** What the user adds to what the answer says. */
export interface SampleOf {
  readonly label: string;
  readonly dueAt: number | undefined;
  readonly success: boolean;
  readonly failure: string | undefined;
  readonly user: string;
  readonly group: string;
  readonly groupUsers: number;
  readonly allUsers: number;
}

const binary = /^(image\/(?!svg)|audio\/|video\/|application\/(octet-stream|pdf|zip|gzip|x-gzip|java))/i;

/** With all fields, in the same order always: they are many, and shapes cost. */
export function makeSample(answer: HttpAnswer, of: SampleOf): Sample {
  const first = answer.redirectedFrom[0] ?? answer;
  const { failure } = answer;
  return {
    label: of.label,
    startedAt: first.startedAt,
    dueAt: of.dueAt as number,
    elapsedMs: answer.startedAt + answer.elapsedMs - first.startedAt,
    latencyMs: first.latencyMs,
    connectMs: first.connectMs,
    idleMs: 0,
    success: of.success,
    code: failure ? `Non HTTP response code: ${failure.name}` : codeOf(answer.status),
    message: failure ? `Non HTTP response message: ${failure.message}` : answer.message,
    failure: of.failure as string,
    bytes: total(answer, 'bytes'),
    sentBytes: total(answer, 'sent'),
    user: of.user,
    group: of.group,
    url: safeUrl(answer.url),
    dataType: failure || answer.contentType === '' ? '' : binary.test(answer.contentType) ? 'bin' : 'text',
    loadId: answer.loadId || undefined,
    isRepeated: answer.isRepeated,
    isCut: failure?.isCut === true,
    outcome: answer.outcome as string,
    groupUsers: of.groupUsers,
    allUsers: of.allUsers,
  };
}

/** Of the redirects that led to an answer, each with its own times; judged by their status alone. */
export function redirectSamples(answer: HttpAnswer, of: SampleOf): Sample[] {
  if (answer.redirectedFrom.length === 0) return [];
  return [...answer.redirectedFrom, { ...answer, redirectedFrom: [] }].map((one, at) =>
    makeSample(one as HttpAnswer, {
      ...of,
      label: `${of.label}-${at}`,
      success: one.failure === undefined && one.status < 400,
    }),
  );
}

/** Few different ones: a text of its own for each sample would be kept in memory for as long as the sample. */
const codes: string[] = [];

function codeOf(status: number): string {
  codes[status] ??= String(status);
  return codes[status] as string;
}

function total(
  { headBytes, bodyBytes, sentBytes, redirectedFrom }: HttpAnswer,
  of: 'bytes' | 'sent',
): number {
  let sum = of === 'bytes' ? headBytes + bodyBytes : sentBytes;
  for (const one of redirectedFrom) sum += of === 'bytes' ? one.headBytes + one.bodyBytes : one.sentBytes;
  return sum;
}

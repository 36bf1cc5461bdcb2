// Request and answer of a sample for the results tree: as text, cut where they are long, without secrets.

import type { AssertionResult } from '../../assertions/check-answer.ts';
import type { HttpAnswer, ResolvedRequest } from '../../http/http-exchange.ts';
import type { Sample, SampleDetail } from '../../sample.ts';
import { redacted, secretsInHead } from './redact.ts';

/** Characters of each of the two. */
const most = 16 * 1_024;

export function sampleDetail(
  request: ResolvedRequest,
  answer: HttpAnswer,
  {
    variables,
    assertions,
    below,
  }: {
    variables: ReadonlyMap<string, string>;
    assertions: readonly AssertionResult[];
    below: readonly Sample[];
  },
): SampleDetail {
  const head = answer.requestHead();
  const secrets = secretsInHead(head);
  const safe = (whole: string) => redacted(whole, variables, secrets);
  // First without secrets, then cut: half a secret would no longer be found.
  const [sent, received] = [safe(text(head, request.body)), safe(text(answer.head, answer.body))];
  return {
    ...{ request: sent.slice(0, most), response: received.slice(0, most) },
    ...{ isCut: sent.length > most || received.length > most, below },
    assertions: assertions.map(({ name, failure }) => ({
      name: safe(name),
      ...(failure === undefined ? {} : { failure: safe(failure) }),
    })),
  };
}

function text(head: string, body: Buffer | undefined): string {
  if (body === undefined || body.length === 0) return head;
  return `${head === '' ? '' : `${head}\r\n\r\n`}${readable(body.subarray(0, 2 * most))}`;
}

function readable(body: Buffer): string {
  return body.includes(0) ? `(${body.length} bytes that are no text)` : body.toString('utf8');
}

// The answer with which the balancer says that it has no server for a request.

import type { SorryPage } from '../model.ts';
import { type Outcome, outcomeHeader } from '../outcome.ts';
import { chooseVariant } from './choose-page.ts';

export interface SorryRequest {
  readonly method: string;
  /** Whether it asks for another protocol: programs that do show no page. */
  readonly isUpgrade: boolean;
  readonly accept?: string;
  readonly acceptLanguage?: string;
}

export interface SorryAnswer {
  readonly status: 503;
  readonly reason: 'Service Unavailable';
  /** Names and values, with Content-Length; without Date and Connection. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

/** No body for HEAD, though Content-Length says what GET would get (RFC 9110 section 9.3.2); a bare 503 for upgrades. */
export function sorryAnswer(
  page: SorryPage,
  request: SorryRequest,
  outcome: Extract<Outcome, 'sorry' | 'shed'>,
): SorryAnswer {
  const always = alwaysSent(page, outcome);
  if (request.isUpgrade) return answer([...always, ['Content-Length', '0']], Buffer.alloc(0));

  const variant = chooseVariant(page, request.accept, request.acceptLanguage);
  const body = Buffer.from(variant.body);
  const fields: [string, string][] = [
    ...always,
    ['Content-Type', contentType(variant.contentType)],
    ['Content-Length', String(body.length)],
    ['Vary', 'Accept, Accept-Language'],
  ];
  if (variant.language !== undefined) fields.push(['Content-Language', variant.language]);
  return answer(fields, request.method === 'HEAD' ? Buffer.alloc(0) : body);
}

function answer(fields: SorryAnswer['fields'], body: Buffer): SorryAnswer {
  return { status: 503, reason: 'Service Unavailable', fields, body };
}

function alwaysSent(page: SorryPage, outcome: Outcome): [string, string][] {
  return [
    ['Retry-After', String(page.retryAfterSeconds)],
    ['Cache-Control', 'no-store'],
    [outcomeHeader, outcome],
  ];
}

// JSON is always UTF-8 and has no such parameter (RFC 8259 section 11).
function contentType(type: string): string {
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type;
}

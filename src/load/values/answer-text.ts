// What assertions and extractors look at: parts of answers, as texts that look like JMeter's.

import type { HttpAnswer } from '../http/http-exchange.ts';
import type { Field, Scope } from '../plan/http-step.ts';
import { JsonDocument } from './json-path/json-document.ts';
import { unescapeHtml } from './text/html-entities.ts';
import type { ValueContext } from './value-context.ts';

/** Those below it: redirects are all requests of a chain, the last one too. */
export function subAnswers(answer: HttpAnswer): readonly HttpAnswer[] {
  const { redirectedFrom } = answer;
  return redirectedFrom.length === 0 ? [] : [...redirectedFrom, answer];
}

export function answersIn(scope: Scope, answer: HttpAnswer): readonly HttpAnswer[] {
  if (scope === 'main') return [answer];
  return scope === 'sub' ? subAnswers(answer) : [answer, ...subAnswers(answer)];
}

/** Undefined: a variable that is not set. */
export function fieldText(field: Field, answer: HttpAnswer, context: ValueContext): string | undefined {
  switch (field) {
    case 'body':
      return bodyText(answer);
    case 'body-unescaped':
      return unescapeHtml(bodyText(answer));
    case 'response-headers':
      return lines(answer.head);
    case 'request-headers':
      return lines(answer.requestHead().replace(/^.*\r?\n/, ''));
    case 'request-body':
      return requestText(answer, context);
    case 'url':
      return answer.url;
    case 'code':
      return codeText(answer);
    case 'message':
      return messageText(answer);
    default:
      return context.variables.get(field.variable);
  }
}

export function codeText({ status, failure }: HttpAnswer): string {
  return failure ? `Non HTTP response code: ${failure.name}` : String(status);
}

export function messageText({ message, failure }: HttpAnswer): string {
  return failure ? `Non HTTP response message: ${failure.message}` : message;
}

/** Several look at the same answer. */
const bodies = new WeakMap<HttpAnswer, string>();

/** UTF-8 where the answer names no encoding, or one that is not known. */
export function bodyText(answer: HttpAnswer): string {
  const { body } = answer;
  if (body === undefined || body.length === 0) return '';
  let text = bodies.get(answer);
  if (text === undefined) {
    text = decoded(body, /charset\s*=\s*"?([^\s;"]+)/i.exec(answer.contentType)?.[1] ?? 'utf-8');
    bodies.set(answer, text);
  }
  return text;
}

function decoded(body: Buffer, encoding: string): string {
  if (/^utf-?8$/i.test(encoding)) return body.toString('utf8');
  try {
    return new TextDecoder(encoding).decode(body);
  } catch {
    // A name that no decoder knows.
    return body.toString('utf8');
  }
}

const documents = new WeakMap<HttpAnswer, JsonDocument | SyntaxError>();

/** Throws SyntaxError when it is no JSON. */
export function bodyJson(answer: HttpAnswer): JsonDocument {
  let document = documents.get(answer);
  if (document === undefined) {
    document = documentOf(bodyText(answer));
    documents.set(answer, document);
  }
  if (document instanceof SyntaxError) throw document;
  return document;
}

function documentOf(text: string): JsonDocument | SyntaxError {
  try {
    return new JsonDocument(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

/** JMeter ends lines with a line feed alone, the last one too. */
function lines(head: string): string {
  return head === '' ? '' : `${head.replaceAll('\r\n', '\n').replace(/\n+$/, '')}\n`;
}

/** JMeter's "Request Data": method and URL, then what was sent. */
function requestText(answer: HttpAnswer, { requestBody }: ValueContext): string {
  const head = answer.requestHead();
  const [method = ''] = head.split(' ', 1);
  const data = requestBody === undefined ? '' : `\n${method} data:\n${requestBody.toString('utf8')}\n`;
  const cookies = /^cookie:\s*(.*)$/im.exec(head)?.[1]?.trim();
  return `${method} ${answer.url}\n${data}\n${cookies ? `Cookie Data:\n${cookies}` : '[no cookies]'}\n`;
}

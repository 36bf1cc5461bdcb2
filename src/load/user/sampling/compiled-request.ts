// A request of the plan, taken apart once: its templates in one row, evaluated together. One that never changes is put together once for
// all users of the worker.

import type { ResolvedRequest } from '../../http/http-exchange.ts';
import { PreparedRequest } from '../../http/prepared-request.ts';
import { bodyOf, queryOf, type RequestBody } from '../../http/request-body.ts';
import type { HttpRequest } from '../../plan/http-step.ts';
import type { Plan } from '../../plan/plan.ts';
import { defaultConnectMs, defaultResponseMs } from '../../run/defaults.ts';
import type { ValueContext } from '../../values/value-context.ts';
import { Texts } from './texts.ts';
import { addressOf } from './url.ts';

/** With these, arguments go into the query: see bodyOf(), which leaves them alone then. */
const withQuery = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

export class CompiledRequest {
  readonly #request: HttpRequest;
  readonly #texts: Texts;
  readonly #plan: Pick<Plan, 'folder' | 'dialect'>;
  #prepared: PreparedRequest | undefined;

  constructor(request: HttpRequest, plan: Pick<Plan, 'folder' | 'dialect'>) {
    this.#request = request;
    this.#plan = plan;
    this.#texts = new Texts([...textsOf(request)]);
  }

  /** It is the same each time: a file that it sends is read anew. */
  get isConstant(): boolean {
    return this.#texts.isConstant && this.#request.files.length === 0;
  }

  /** At once when it is constant and has been asked for before. Rejects when a file cannot be read. */
  resolve(context: ValueContext): ResolvedRequest | Promise<ResolvedRequest> {
    return this.#prepared ?? this.#resolve(context);
  }

  async #resolve(context: ValueContext): Promise<ResolvedRequest> {
    const request = withValues(this.#request, await this.#texts.evaluate(context));
    const { folder, dialect } = this.#plan;
    const body = await bodyOf({ ...request, folder });
    // JMeter sends a header without a value; in plans of our own that takes it away.
    const headers = request.headers.filter(({ value }) => value !== '' || dialect === 'jmeter');
    const result = resolved({ ...request, headers }, body);
    if (!this.isConstant) return result;
    this.#prepared ??= new PreparedRequest(result);
    return this.#prepared;
  }
}

/** All templates of a request, in the order in which withValues() takes them. */
function* textsOf(request: HttpRequest): Generator<string> {
  const { method, protocol, host, port, path, body = '', connectMs = '', responseMs = '' } = request;
  yield* [method, protocol, host, port, path, body, connectMs, responseMs];
  for (const argument of request.arguments) yield* [argument.name, argument.value];
  for (const file of request.files) yield* [file.path, file.field, file.mimeType];
  for (const header of request.headers) yield* [header.name, header.value];
  for (const { url, user, password, realm } of request.authorizations) yield* [url, user, password, realm];
}

/** The same request with values where its templates were. */
function withValues(request: HttpRequest, values: readonly string[]): HttpRequest {
  let at = 0;
  const next = () => values[at++] as string;
  const [method, protocol, host, port] = [next().toUpperCase(), next(), next(), next()];
  const [path, body, connectMs, responseMs] = [next(), next(), next(), next()];
  return {
    ...request,
    ...{ method, protocol, host, port, path, connectMs, responseMs },
    ...(request.body === undefined ? {} : { body }),
    arguments: request.arguments.map((argument) => ({ ...argument, name: next(), value: next() })),
    files: request.files.map(() => ({ path: next(), field: next(), mimeType: next() })),
    headers: request.headers.map(() => ({ name: next(), value: next() })),
    authorizations: request.authorizations.map(({ mechanism }) => ({
      ...{ url: next(), user: next(), password: next(), realm: next() },
      mechanism,
    })),
  };
}

function resolved(request: HttpRequest, content: RequestBody | undefined): ResolvedRequest {
  const headers = headersOf(request, content?.contentType);
  const query = withQuery.has(request.method) ? queryOf(request.arguments, request.encoding) : '';
  const { cookieJar, cache } = request;
  return {
    method: request.method,
    ...addressOf(request, query),
    headers,
    ...(content ? { body: content.body } : {}),
    ...{ redirects: request.redirects, keepAlive: request.keepAlive },
    connectMs: limitMs(request.connectMs, defaultConnectMs),
    responseMs: limitMs(request.responseMs, defaultResponseMs),
    ...(cookieJar === undefined ? {} : { cookieJar }),
    ...(cache === undefined ? {} : { cache }),
    authorizations: request.authorizations,
  };
}

/** The plan's type goes before the body's, but for multipart/form-data: only the body knows its boundary. */
function headersOf({ headers }: HttpRequest, type: string | undefined): [name: string, value: string][] {
  const pairs = headers.map(({ name, value }) => [name, value] as [string, string]);
  const isType = ([name]: [string, string]) => name.toLowerCase() === 'content-type';
  if (type === undefined) return pairs;
  if (type.startsWith('multipart/'))
    return [...pairs.filter((pair) => !isType(pair)), ['Content-Type', type]];
  return pairs.some(isType) ? pairs : [...pairs, ['Content-Type', type]];
}

function limitMs(text: string | undefined, otherwise: number): number {
  if (text === undefined || text.trim() === '') return otherwise;
  return Math.max(0, Number(text) || 0);
}

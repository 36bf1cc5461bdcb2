// Serves the statistics to people who log in: a page, and the same as CSV, JSON and for Prometheus. Nothing can be changed here.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EngineStats } from '../engine.ts';
import type { LbModel } from '../model.ts';
import { csvOf } from './csv.ts';
import { pageOf } from './page.ts';
import { prometheusOf } from './prometheus.ts';
import { RateMeter } from './rate-meter.ts';
import { type Row, rowsOf } from './rows.ts';

export interface StatisticsSource {
  /** Undefined: nothing is served yet. */
  model(): LbModel | undefined;
  stats(): Promise<EngineStats>;
  /** What the page is of, such as the cluster's name. */
  readonly title: string;
  readonly engine: string;
}

export interface StatisticsOptions {
  readonly source: StatisticsSource;
  /** Default `/stats`. `PATH;csv`, `PATH;json` and `PATH;metrics` are beside it; so is `/metrics`. */
  readonly path?: string;
  readonly user: string;
  /** There is no default. An empty one is refused with a TypeError. */
  readonly password: string;
}

interface Form {
  readonly type: string;
  of(rows: readonly Row[], stats: EngineStats): string;
}

const forms: Readonly<Record<string, Form>> = {
  csv: { type: 'text/csv; charset=utf-8', of: (rows) => csvOf(rows) },
  json: { type: 'application/json', of: (_rows, stats) => `${JSON.stringify(stats)}\n` },
  metrics: { type: 'text/plain; version=0.0.4; charset=utf-8', of: (rows) => prometheusOf(rows) },
};

export class StatisticsServer {
  readonly #options: StatisticsOptions;
  readonly #path: string;
  readonly #expected: Buffer;
  readonly #rates = new RateMeter();
  readonly #server: Server;

  constructor(options: StatisticsOptions) {
    const { user, password, path = '/stats' } = options;
    if (password === '') throw new TypeError('statistics need a password: there is no default');
    this.#options = options;
    this.#path = path;
    this.#expected = digest(`${user}:${password}`);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Rejects with the system's error when the port cannot be had. Port 0 is any. */
  async listen(place: { host: string; port: number } | { fd: number }): Promise<{ port: number }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(place, resolve);
    });
    return { port: (this.#server.address() as AddressInfo).port };
  }

  /** Idempotent. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      plain(response, 503, `the statistics cannot be had: ${(error as Error).message}`);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isKnown(request.headers.authorization)) return challenge(response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(response, 405, 'only GET');
    const form = this.#formOf(request.url ?? '/');
    if (form === undefined) return plain(response, 404, `the statistics are at ${this.#path}`);
    const { source } = this.#options;
    const model = source.model();
    if (!model) return plain(response, 503, 'nothing is served yet');
    const stats = await source.stats();
    this.#rates.look(stats, performance.now());
    const now = Date.now();
    const rows = rowsOf(model, stats, this.#rates.rates, now);
    const { title, engine } = source;
    const body = form ? form.of(rows, stats) : pageOf(rows, { title, engine, stats, now, path: this.#path });
    const type = form ? form.type : 'text/html; charset=utf-8';
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...protection }).end(body);
  }

  /** Null is the page itself, undefined nothing that there is. HAProxy's `PATH;csv` and `PATH?csv` both mean the CSV. */
  #formOf(url: string): Form | null | undefined {
    if (url === '/metrics') return forms.metrics;
    if (url === this.#path || url === `${this.#path}/`) return null;
    const rest = url.startsWith(this.#path) ? url.slice(this.#path.length) : '';
    const [, name = ''] = /^[;?](\w+)/.exec(rest) ?? [];
    return forms[name];
  }

  #isKnown(authorization: string | undefined): boolean {
    const [, encoded = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '') ?? [];
    return timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString()), this.#expected);
  }
}

/** The page has no scripts, and nobody may put it into one of theirs. */
const protection = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function challenge(response: ServerResponse): void {
  response.setHeader('www-authenticate', 'Basic realm="Relevo statistics", charset="UTF-8"');
  plain(response, 401, 'log in to see the statistics');
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

// Pages of a frontend for what the balancer itself answers with an error. For 502 and 504 HAProxy asks the backend, which finds them in maps
// by the frontend that the request came by. For 414 and 431 it has none.

import type { ErrorPage, Frontend } from '../../model.ts';
import { digest } from '../names.ts';
import { oneLine, word } from './quoting.ts';

/** `1|502|` and the digest of a frontend's pages → one of them in base64. */
export const errorPageMap = 'error-pages.map';
/** `502|` and the digest → what it is in. */
export const errorTypeMap = 'error-types.map';

const known: ReadonlySet<number> = new Set([400, 403, 404, 408, 413, 500]);
const ofBackends: ReadonlySet<number> = new Set([502, 504]);

export function errorPageRules(frontend: Frontend): string[] {
  return [
    ...pagesOf(frontend, known).map(
      (page) =>
        `http-error status ${page.status} content-type ${word(typeOf(page))} file ${fileOf(page)} hdr Cache-Control no-store`,
    ),
    ...(hasServerErrorPages(frontend) ? [`http-request set-var(txn.pages) str(${setOf(frontend)})`] : []),
  ];
}

/** Whether it has pages for what a server does not answer. */
export function hasServerErrorPages(frontend: Frontend): boolean {
  return pagesOf(frontend, ofBackends).length > 0;
}

/** Of errorPageMap, and of errorTypeMap. */
export function errorPageEntries(frontends: readonly Frontend[]) {
  const all = frontends.flatMap((frontend) =>
    pagesOf(frontend, ofBackends).map((page) => ({ key: `${page.status}|${setOf(frontend)}`, page })),
  );
  return {
    pages: new Map(
      all.map(({ key, page }) => [`1|${key}`, Buffer.from(oneLine(page.body)).toString('base64')]),
    ),
    types: new Map(all.map(({ key, page }) => [key, typeOf(page)])),
  };
}

/**
 * Part of a format: the page, while a server is usable; else nothing. Whether there was one is kept: with a converter behind what else could
 * be shown this fails then.
 */
export function ownPage(status: number): string {
  return `%[nbsrv,bool,concat("|${status}|",txn.pages),map_str(${errorPageMap}),set-var(txn.own),b64dec]`;
}

export const unlessOwnPage = 'concat("",txn.own)';

const isOwn = '{ var(txn.own) -m found }';

/** The page has a head of its own. */
export const ownPageHead = [
  `http-after-response set-header Content-Type '%[status,concat("|",txn.pages),map_str(${errorTypeMap})]' if ${isOwn}`,
  ...['Retry-After', 'Vary'].map((name) => `http-after-response del-header ${name} if ${isOwn}`),
];

/** What the rules name, by the name of the file. */
export function errorPageFiles(frontend: Frontend): [string, string][] {
  return pagesOf(frontend, known).map((page) => [fileOf(page), page.body]);
}

function pagesOf({ errorPages = [] }: Frontend, statuses: ReadonlySet<number>): ErrorPage[] {
  const first = new Map(errorPages.toReversed().map((page) => [page.status, page]));
  return [...first.values()].filter(({ status }) => statuses.has(status));
}

function setOf(frontend: Frontend): string {
  return digest(JSON.stringify(pagesOf(frontend, ofBackends)));
}

function fileOf({ body }: ErrorPage): string {
  return `page-${digest(body)}`;
}

function typeOf({ contentType }: ErrorPage): string {
  return contentType.startsWith('text/') ? `${contentType}; charset=utf-8` : contentType;
}

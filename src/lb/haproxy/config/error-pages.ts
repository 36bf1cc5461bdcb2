// Pages of a frontend for what the balancer itself answers with an error. Those of 502 and 504 are the backend's sorry page here: HAProxy asks
// the backend first. For 414 and 431 it has none.

import type { ErrorPage, Frontend } from '../../model.ts';
import { digest } from '../names.ts';
import { word } from './quoting.ts';

const known: ReadonlySet<number> = new Set([400, 403, 404, 408, 413, 500]);

export function errorPageRules(frontend: Frontend): string[] {
  return pagesOf(frontend).map((page) => {
    const type = page.contentType.startsWith('text/')
      ? `${page.contentType}; charset=utf-8`
      : page.contentType;
    return `http-error status ${page.status} content-type ${word(type)} file ${fileOf(page)} hdr Cache-Control no-store`;
  });
}

/** What the rules name, by the name of the file. */
export function errorPageFiles(frontend: Frontend): [string, string][] {
  return pagesOf(frontend).map((page) => [fileOf(page), page.body]);
}

function pagesOf({ errorPages = [] }: Frontend): ErrorPage[] {
  const first = new Map(errorPages.toReversed().map((page) => [page.status, page]));
  return [...first.values()].filter(({ status }) => known.has(status));
}

function fileOf({ body }: ErrorPage): string {
  return `page-${digest(body)}`;
}

// Conditions on host and path as routes: one for each host with each path.

import type { RouteConfig } from '../config/config-types.ts';
import type { Acl } from './draft.ts';

type Place = Pick<RouteConfig, 'host' | 'path' | 'exactPath'>;

/** One route for each host and path of an alternative; a string says what is not supported. */
export function routesOf(alternative: readonly (readonly Acl[])[]): Place[] | string {
  let places: Place[] = [{}];
  for (const anyOf of alternative) {
    const read = anyOf.map(placesOf);
    const problem = read.find((one) => typeof one === 'string');
    if (problem !== undefined) return problem;
    const choices = (read as Place[][]).flat();
    places = places.flatMap((place) => choices.map((choice) => ({ ...place, ...choice })));
  }
  return places;
}

function placesOf({ fetch, values }: Acl): Place[] | string {
  const words = values.filter((value) => value !== '-i');
  if (words.some((word) => word.startsWith('-')))
    return `the flag ${words.find((word) => word.startsWith('-'))}`;
  const kind = fetch.toLowerCase();
  if (kind === 'path_beg') return words.map((path) => ({ path: trimmed(path) }));
  if (kind === 'path' || kind === 'path_str') return words.map((exactPath) => ({ exactPath }));
  if (/^(hdr|hdr_str|req\.hdr|hdr_dom)\(host\)$/.test(kind))
    return words.map((host) => ({ host: host.toLowerCase() }));
  if (/^hdr_end\(host\)$/.test(kind) && words.every((word) => word.startsWith('.'))) {
    return words.map((host) => ({ host: `*${host.toLowerCase()}` }));
  }
  return `${fetch} is not supported: path_beg, path and hdr(host) are`;
}

/** `/api/` takes what is below /api. */
function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

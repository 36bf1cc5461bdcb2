// The way back of a rewritten path: what the application says of its own paths, in Location and in the Path of cookies, as its users have to
// see it (Apache's ProxyPassReverse and ProxyPassReverseCookiePath). Only where one prefix became another: an exact path has no way back.

import type { Route } from './model.ts';
import { matchedPrefix } from './routing.ts';

/** Two prefixes that stand for each other, both without a slash at their end: the root is the empty text. */
export interface PathMapping {
  /** As users ask. */
  readonly outside: string;
  /** As the application is asked. */
  readonly inside: string;
}

/** Undefined: the path stays, or there is no way back. */
export function pathMapping({ path, rewritePath }: Route): PathMapping | undefined {
  if (rewritePath === undefined || path?.type === 'exact') return undefined;
  const [outside, inside] = [matchedPrefix(path?.value ?? ''), matchedPrefix(rewritePath)];
  return outside === inside ? undefined : { outside, inside };
}

/** Whether a path under `outside` is under `inside` as well: then the application that says it knows how it is asked, and it stays. */
export function isNested({ outside, inside }: PathMapping): boolean {
  return isUnder(outside, inside);
}

/** `reference`: a path that begins with a slash or is empty, with whatever follows it (query, fragment). What is not under `inside` stays. */
export function outsidePath(reference: string, mapping: PathMapping): string {
  const { outside, inside } = mapping;
  const end = reference.search(/[?#]/);
  const path = end < 0 ? reference : reference.slice(0, end);
  if (!isUnder(path, inside) || (isNested(mapping) && isUnder(path, outside))) return reference;
  const mapped = outside + path.slice(inside.length);
  // Two slashes at the beginning would name another host.
  if (/^\/[/\\]/.test(mapped)) return reference;
  return (mapped === '' ? '/' : mapped) + reference.slice(path.length);
}

/**
 * A Set-Cookie of the application whose Path is as users have to see it. All of the application, `Path=/`, becomes the prefix without a
 * slash at its end, which takes the prefix itself in (RFC 6265 section 5.1.4). A cookie `__Host-` must have the path that it has.
 */
export function withOutsidePath(setCookie: string, mapping: PathMapping): string {
  // The last one counts: RFC 6265 section 5.2.4.
  const attribute = /^([^;]*;(?:.*;)?[ \t]*path[ \t]*=[ \t]*)(\/[^; \t]*)([ \t]*(?:;.*)?)$/i.exec(setCookie);
  if (!attribute || /^__host-/i.test(setCookie)) return setCookie;
  const [, before, path, behind] = attribute as unknown as [string, string, string, string];
  const isAll = path === '/' && mapping.inside === '';
  return before + (isAll ? mapping.outside : outsidePath(path, mapping)) + behind;
}

function isUnder(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path.charAt(prefix.length) === '/');
}

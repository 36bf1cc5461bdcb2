// What the application says of its own paths, back in the form in which its users ask: rewritten-paths.ts as rules for Location and Set-Cookie.

import type { Route } from '../../model.ts';
import { isNested, type PathMapping, pathMapping } from '../../rewritten-paths.ts';
import { formatText, regexText, word } from './quoting.ts';

/** `condition` is of the route, at the time of the answer. `ownCookie` is what the balancer itself sets for its backend, and stays. */
export function rewrittenAnswerRules(
  route: Route,
  condition: string,
  ownCookie: string | undefined,
): readonly string[] {
  const mapping = pathMapping(route);
  if (mapping === undefined) return [];
  return [...locationRules(mapping, condition), ...cookieRules(mapping, condition, ownCookie)];
}

const authority = '(?:[Hh][Tt][Tt][Pp][Ss]?:)?\\/\\/[^/?#]*';
const isOurs = '{ res.fhdr(location),field(3,/),strcmp(txn.authority) eq 0 }';

function locationRules(mapping: PathMapping, condition: string): string[] {
  const rule = (begin: string, rest: string, to: string, more = '') =>
    replace(
      'Location',
      `^(${begin})${known(mapping, '/?#')}${regexText(mapping.inside)}${rest}$`,
      to,
      condition + more,
    );
  const outside = replacement(mapping.outside);
  if (mapping.outside === '') {
    return ['', authority].flatMap((begin) => [
      rule(begin, '(\\/(?![/\\\\]).*)', '\\1\\2', begin && ` ${isOurs}`),
      rule(begin, '((?:[?#].*)?)', '\\1/\\2', begin && ` ${isOurs}`),
    ]);
  }
  // A path of two slashes at the beginning is a host.
  const path = mapping.inside === '' ? '(\\/(?!\\/).*)' : '((?:[/?#].*)?)';
  return [
    rule('', path, `\\1${outside}\\2`),
    rule(authority, '((?:[/?#].*)?)', `\\1${outside}\\2`, ` ${isOurs}`),
  ];
}

/** The last Path counts. A cookie `__Host-` must have the path that it has. */
function cookieRules(mapping: PathMapping, condition: string, ownCookie: string | undefined): string[] {
  const others = ['__[Hh][Oo][Ss][Tt]-', ...(ownCookie === undefined ? [] : [`${regexText(ownCookie)}=`])];
  const begin = `^(?!${others.join('|')})([^;]*;(?:.*;)?[ \\t]*[Pp][Aa][Tt][Hh][ \\t]*=[ \\t]*)`;
  const rule = (path: string, to: string) =>
    replace('Set-Cookie', `${begin}${known(mapping, '/; \\t')}${path}$`, to, condition);
  const [inside, outside] = [regexText(mapping.inside), replacement(mapping.outside)];
  const end = '([ \\t]*(?:;.*)?)';
  if (outside === '') {
    return [rule(`${inside}(\\/(?![/\\\\]).*)`, '\\1\\2'), rule(`${inside}${end}`, '\\1/\\2')];
  }
  if (inside !== '') return [rule(`${inside}((?:[/; \\t].*)?)`, `\\1${outside}\\2`)];
  return [rule(`\\/${end}`, `\\1${outside}\\2`), rule('(\\/[^; \\t].*)', `\\1${outside}\\2`)];
}

/** What is under the outside prefix already stays, where it would be under the inside one as well. */
function known(mapping: PathMapping, ends: string): string {
  return isNested(mapping) ? `(?!${regexText(mapping.outside)}(?:[${ends}]|$))` : '';
}

function replace(name: string, pattern: string, to: string, condition: string): string {
  return `http-response replace-header ${name} ${word(pattern)} ${word(to)} if ${condition}`;
}

function replacement(text: string): string {
  return formatText(text).replaceAll('\\', '\\\\');
}

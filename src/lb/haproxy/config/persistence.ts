// Users that stay with their server by a cookie. Not HAProxy's own `cookie`: that one is fixed in the configuration, and servers that enter at
// run time cannot have it. Maps from values to servers and back do the same for all, and the values follow the server's id.

import type { Backend } from '../../model.ts';
import { regexText, word } from './quoting.ts';

/** Cookie value → entry of HAProxy. */
export const cookieMap = 'cookies.map';
/** Entry of HAProxy → cookie value. */
export const cookieValueMap = 'cookie-values.map';

/** Whoever names a server that there is gets it, drained or not, unless it is down or in maintenance. */
export const hasHome = '{ var(txn.home) -m found }';

/** The waiting room is nobody's home. */
const isHome = `{ srv_name,map_str(${cookieValueMap}) -m found }`;

/** Last in a backend: HAProxy wants rules of requests before it. */
export const goHome = `use-server %[var(txn.home)] if ${hasHome}`;

export function persistenceRules(backend: Backend): string[] {
  const cookie = backend.persistence;
  if (!cookie || !isCookieName(cookie.name)) return [];
  const isCookie =
    cookie.mode === 'insert' ? `req.cook(${cookie.name})` : `req.cook(${cookie.name}),field(1,~)`;
  const changes = cookie.mode === 'insert' ? insertRules(cookie.name) : prefixRules(cookie.name);
  return [
    `http-request set-var(txn.home) ${isCookie},map_str(${cookieMap}) if { req.cook(${cookie.name}) -m found }`,
    ...changes,
  ];
}

function insertRules(name: string): string[] {
  const value = `%[srv_name,map_str(${cookieValueMap})]`;
  const attributes = '; Path=/; HttpOnly; SameSite=Lax';
  const isNew = `!{ srv_name,strcmp(txn.home) eq 0 } ${isHome}`;
  const isSecure = '{ ssl_fc }';
  return [
    `http-request replace-header Cookie ${word(`^(.*; *)?${regexText(name)}=[^;]*(?:; *|$)(.*)$`)} '\\1\\2' if { req.cook(${name}) -m found }`,
    'http-request del-header Cookie if { req.fhdr(cookie) -m len 0 }',
    `http-response add-header Set-Cookie ${word(`${name}=${value}${attributes}`)} if ${isNew} !${isSecure}`,
    `http-response add-header Set-Cookie ${word(`${name}=${value}${attributes}; Secure`)} if ${isNew} ${isSecure}`,
  ];
}

// Only what has our shape is cut off: an application may have a ~ of its own.
function prefixRules(name: string): string[] {
  const own = regexText(name);
  return [
    `http-request replace-header Cookie ${word(`^((?:.*; *)?${own}=)[A-Za-z0-9_-]{16}~(.*)$`)} '\\1\\2' if { req.cook(${name}) -m found }`,
    `http-response replace-header Set-Cookie ${word(`^(${own}=)(.*)$`)} '\\1%[srv_name,map_str(${cookieValueMap})]~\\2' if ${isHome}`,
  ];
}

export function isCookieName(name: string): boolean {
  return /^[\w!#$&*+.^`|-]+$/.test(name) && !/[#`|$]/.test(name);
}

// How HAProxy asks servers whether they work.

import type { Backend, HttpCheck } from '../../model.ts';
import { duration, formatText, word } from './quoting.ts';

/** Here it cannot be told which server is asked: 2.6 fills in nothing for %[dst], and an empty name is 400 for many. */
const anyHost = 'localhost';

export function checkRules({ check }: Backend): string[] {
  if (!check) return ['timeout check 1s'];
  const timeout = `timeout check ${duration(check.timeoutMs)}`;
  return check.http ? [timeout, 'option httpchk', ...httpRules(check.http)] : [timeout];
}

function httpRules({ method = 'GET', path, host, expect, header, body }: HttpCheck): string[] {
  const name = host === undefined ? anyHost : word(formatText(host));
  const send = `http-check send meth ${method} uri ${word(path)} ver HTTP/1.1 hdr Host ${name} hdr Connection close`;
  return [
    send,
    `http-check expect status ${word(expect.replace(/\s+/g, ''))}`,
    ...(header ? [`http-check expect hdr name ${word(header.name)}${valuePart(header.value)}`] : []),
    ...(body === undefined ? [] : [`http-check expect string ${word(body)}`]),
  ];
}

function valuePart(value: string | undefined): string {
  return value === undefined ? '' : ` value -m sub ${word(value)}`;
}

// What is wrong with a backend: its servers, its limits, its rules, its sorry page.

import { isIPv4, isIPv6 } from '../api/ip-address.ts';
import { statusRangesProblem } from './checks/expected-status.ts';
import type { Problem } from './engine.ts';
import type { Backend, Server } from './model.ts';

const sorryBytes = 65_536;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export function checkBackend(backend: Backend): readonly Problem[] {
  return [
    ...serversTwice(backend),
    ...backend.servers.flatMap((server) => checkServer(backend, server)),
    ...[...limitProblems(backend), ...backupProblems(backend), ...ruleProblems(backend)].map(
      (message): Problem => ({ subject: backend.name, kind: 'other', message }),
    ),
    ...pageProblems(backend),
  ];
}

function serversTwice(backend: Backend): readonly Problem[] {
  const [ids, names] = [new Set<string>(), new Set<string>()];
  return backend.servers.flatMap(({ id, name }) => {
    const isSecond = ids.has(id) || names.has(name);
    ids.add(id);
    names.add(name);
    return isSecond ? [serverProblem(backend, `server "${name}" (id ${id}) is there twice`)] : [];
  });
}

function checkServer(backend: Backend, server: Server): readonly Problem[] {
  const { name, address, port, weight, maxconn } = server;
  const messages: string[] = [];
  if (!isIPv4(address) && !isIPv6(address)) messages.push(`address "${address}" is no IP address`);
  if (!isCount(port, 1) || port > 65_535) messages.push(`port ${port} is not one of 1 to 65535`);
  if (!(weight >= 0 && weight <= 256)) messages.push(`weight ${weight} is not one of 0 to 256`);
  if (maxconn !== undefined && !isCount(maxconn, 1)) messages.push(`maxconn ${maxconn} is not 1 or more`);
  return messages.map((message) => serverProblem(backend, `server "${name}": ${message}`));
}

function* limitProblems({ maxconn, minconn, fullconn }: Backend): Generator<string> {
  for (const [name, value] of Object.entries({ maxconn, minconn, fullconn })) {
    if (value !== undefined && !isCount(value, 1)) yield `${name} ${value} is not 1 or more`;
  }
  if (minconn === undefined) return;
  if (fullconn === undefined) yield `minconn ${minconn} does nothing without fullconn`;
  if (maxconn === undefined) yield `minconn ${minconn} does nothing without maxconn`;
  else if (minconn > maxconn) yield `minconn ${minconn} is more than maxconn ${maxconn}`;
}

function* backupProblems(backend: Backend): Generator<string> {
  const { backup } = backend;
  if (!backup) return;
  const { whenReadyBelow, whenBusyAbove, releaseBusyBelow } = backup;
  if (!isShare(whenReadyBelow)) yield `backup: whenReadyBelow ${whenReadyBelow} is not a share from 0 to 1`;
  for (const [name, share] of Object.entries({ whenBusyAbove, releaseBusyBelow })) {
    if (!isShare(share) || share === 0) yield `backup: ${name} ${share} is not a share above 0 and up to 1`;
  }
  if (releaseBusyBelow > whenBusyAbove) {
    yield `backup: releaseBusyBelow ${releaseBusyBelow} is over whenBusyAbove ${whenBusyAbove}`;
  }
  if (!isMeasurable(backend)) {
    yield 'backup: without maxconn saturation cannot be measured; backups make up for lost primaries only';
  }
}

function isMeasurable({ maxconn, servers }: Backend): boolean {
  const primaries = servers.filter(({ role }) => role === 'primary');
  return (
    maxconn !== undefined || (primaries.length > 0 && primaries.every((one) => one.maxconn !== undefined))
  );
}

function* ruleProblems(backend: Backend): Generator<string> {
  const { observe, check, persistence, mode } = backend;
  if (!isShare(observe.maxEjected))
    yield `observe: maxEjected ${observe.maxEjected} is not a share from 0 to 1`;
  if (!isCount(observe.failures, 1)) yield `observe: failures ${observe.failures} is not 1 or more`;
  if (check && (!isCount(check.rise, 1) || !isCount(check.fall, 1))) {
    yield `check: rise ${check.rise} and fall ${check.fall} must be 1 or more`;
  }
  const wrongStatus = check?.http && statusRangesProblem(check.http.expect);
  if (wrongStatus) yield `check: ${wrongStatus}`;
  if (check?.http && !check.http.path.startsWith('/'))
    yield `check: path "${check.http.path}" has no slash in front`;
  if (persistence && !token.test(persistence.name)) yield `cookie name "${persistence.name}" is no token`;
  if (persistence && mode === 'tcp') yield `cookie "${persistence.name}" is not possible in mode tcp`;
}

function pageProblems({ name, sorry }: Backend): readonly Problem[] {
  return sorry.variants.flatMap(({ contentType, language, body }): Problem[] => {
    const which = `sorry page ${contentType}${language === undefined ? '' : ` (${language})`}`;
    const size = Buffer.byteLength(body);
    if (size > sorryBytes) {
      return [
        { subject: name, kind: 'page', message: `${which} has ${size} bytes, more than ${sorryBytes}` },
      ];
    }
    const isType = /^[^\s/;]+\/[^\s/;]+$/.test(contentType);
    return isType ? [] : [{ subject: name, kind: 'page', message: `${which}: that is no media type` }];
  });
}

function serverProblem({ name }: Backend, message: string): Problem {
  return { subject: name, kind: 'server', message };
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

function isCount(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least;
}

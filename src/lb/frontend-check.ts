// What is wrong with a frontend: its binds, its routes, its lists of peers.

import { isAddressRange } from './address-ranges.ts';
import type { Problem } from './engine.ts';
import type { Bind, Frontend, LbModel, Route } from './model.ts';
import { routeKey } from './routing.ts';

export function checkFrontend(frontend: Frontend, model: LbModel): readonly Problem[] {
  return [
    ...frontend.binds.flatMap((bind) => checkBind(frontend, bind, model)),
    ...defaultBackendProblems(frontend, model),
    ...rangeProblems(frontend, 'trustedProxies'),
    ...rangeProblems(frontend, 'proxyProtocolFrom'),
    ...routesOfTcp(frontend),
    ...frontend.routes.flatMap((route) => checkRoute(frontend, route, model)),
    ...routesTwice(frontend),
  ];
}

function checkBind({ name }: Frontend, bind: Bind, model: LbModel): readonly Problem[] {
  const problems: Problem[] = [];
  if (!isPort(bind.port)) problems.push(bindProblem(name, `port ${bind.port} is not one of 0 to 65535`));
  if (bind.certificates?.length === 0) {
    problems.push(bindProblem(name, `port ${bind.port} has an empty list of certificates; name one`));
  }
  for (const certificate of bind.certificates ?? []) {
    if (model.certificates.some((one) => one.name === certificate)) continue;
    const message = `certificate "${certificate}" of port ${bind.port} does not exist`;
    problems.push({ subject: name, kind: 'certificate', message });
  }
  return problems;
}

function defaultBackendProblems(frontend: Frontend, model: LbModel): readonly Problem[] {
  const { name, defaultBackend } = frontend;
  return defaultBackend === undefined ? [] : backendProblems(frontend, name, defaultBackend, model);
}

function backendProblems(
  { mode }: Frontend,
  subject: string,
  name: string,
  { backends }: LbModel,
): readonly Problem[] {
  const backend = backends.find((one) => one.name === name);
  if (!backend) return [other(subject, `backend "${name}" does not exist`)];
  if (backend.mode === mode) return [];
  return [other(subject, `backend "${name}" is of mode ${backend.mode}, its frontend of mode ${mode}`)];
}

function rangeProblems(
  frontend: Frontend,
  field: 'trustedProxies' | 'proxyProtocolFrom',
): readonly Problem[] {
  const wrong = frontend[field].filter((range) => !isAddressRange(range));
  return wrong.map((range) =>
    other(frontend.name, `"${range}" in ${field} is no address or CIDR, such as 10.0.0.0/8`),
  );
}

function routesOfTcp({ name, mode, routes }: Frontend): readonly Problem[] {
  if (mode === 'http' || routes.length === 0) return [];
  return [other(name, 'it has routes but is of mode tcp, which has only a default backend')];
}

function checkRoute(frontend: Frontend, route: Route, model: LbModel): readonly Problem[] {
  const subject = subjectOf(frontend, route);
  const { host, path, rewritePath, action } = route;
  const problems: Problem[] = [];
  if (host !== undefined && !isHost(host)) {
    problems.push(other(subject, `host "${host}" is not a lower-case name without port, or *.name`));
  }
  if (path && !path.value.startsWith('/')) {
    problems.push(other(subject, `path "${path.value}" does not begin with a slash`));
  }
  if (rewritePath !== undefined && !rewritePath.startsWith('/')) {
    problems.push(other(subject, `path "${rewritePath}" to rewrite to does not begin with a slash`));
  }
  if (action.type === 'backend') problems.push(...backendProblems(frontend, subject, action.backend, model));
  return problems;
}

function routesTwice(frontend: Frontend): readonly Problem[] {
  const owners = new Map<string, Route>();
  return frontend.routes.flatMap((route) => {
    const key = routeKey(route);
    const owner = owners.get(key);
    if (!owner) owners.set(key, route);
    return owner ? [routeTwice(frontend, route, owner)] : [];
  });
}

function routeTwice(frontend: Frontend, route: Route, owner: Route): Problem {
  const where = `host ${route.host ?? '*'} path ${route.path?.value ?? '*'}`;
  const winner = owner.origin === undefined ? 'an earlier route' : `"${owner.origin}"`;
  return other(subjectOf(frontend, route), `${where} is already taken by ${winner}, which stays in force`);
}

function subjectOf(frontend: Frontend, route: Route): string {
  return route.origin ?? frontend.name;
}

function isHost(host: string): boolean {
  const name = host.startsWith('*.') ? host.slice(2) : host;
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name) || /^\[[0-9a-f:.]+\]$/.test(host);
}

/** 0: any that is free. */
function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

function bindProblem(subject: string, message: string): Problem {
  return { subject, kind: 'bind', message };
}

function other(subject: string, message: string): Problem {
  return { subject, kind: 'other', message };
}

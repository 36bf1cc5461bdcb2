// From a model, and what can be had of it, to what a process should be.

import type { BoundPort } from '../../base/bound-port.ts';
import { wantedBinds } from '../binds.ts';
import type { Problem } from '../engine.ts';
import type { Bind, Certificate, LbModel, Route } from '../model.ts';
import type { OpenBind } from './config/frontend-section.ts';
import { adminOf, type Decisions, type Entries } from './entries.ts';
import type { Wanted } from './generation.ts';
import { firstDescriptor } from './haproxy-process.ts';
import { digest } from './names.ts';

export interface Means {
  /** Open ports by bindKey(). */
  readonly ports: ReadonlyMap<string, BoundPort>;
  /** Usable certificates by name. */
  readonly certificates: ReadonlyMap<string, Certificate>;
  readonly threads: number;
  /** Of the access log. */
  readonly log?: number;
  readonly hasLua: boolean;
  readonly decisions: Decisions;
  /** Of the model. */
  readonly entries: Entries;
}

export interface Plan {
  readonly wanted: Wanted;
  /** To be inherited, in order: listening sockets, and the access log where there is one. */
  readonly descriptors: readonly number[];
  readonly problems: readonly Problem[];
}

export function planOf(given: LbModel, means: Means): Plan {
  const model = consistent(given);
  const { binds, descriptors, problems } = bindsOf(model, means);
  const { entries, hasLua, log } = means;
  const logDescriptor = log === undefined ? undefined : firstDescriptor + descriptors.length;
  const setting = { model, binds, threads: means.threads, entries, hasLua, logDescriptor };
  const servers = new Map(
    [...entries].map(([backend, list]) => [
      backend,
      list.map((entry) => ({ entry, admin: adminOf(backend, entry, means.decisions) })),
    ]),
  );
  const names = new Set([...binds.values()].flat().flatMap((bind) => bind.names));
  const certificates = [...means.certificates.values()].filter(({ name }) => names.has(name));
  return {
    wanted: { setting, servers, certificates },
    descriptors: log === undefined ? descriptors : [...descriptors, log],
    problems,
  };
}

function bindsOf(model: LbModel, { ports, certificates }: Means) {
  const binds = new Map<string, OpenBind[]>();
  const descriptors: number[] = [];
  const problems: Problem[] = [];
  for (const [key, { bind, frontend }] of wantedBinds(model).binds) {
    const port = ports.get(key);
    const names = (bind.certificates ?? []).filter((name) => certificates.has(name));
    if (bind.certificates && names.length === 0) problems.push(noCertificate(frontend.name, key));
    else if (port) {
      const descriptor = firstDescriptor + descriptors.push(port.fd) - 1;
      const open = [...(binds.get(frontend.name) ?? []), openBind(bind, descriptor, names)];
      binds.set(frontend.name, open);
    }
  }
  return { binds, descriptors, problems };
}

function openBind(bind: Bind, descriptor: number, names: readonly string[]): OpenBind {
  if (!bind.certificates) return { bind, descriptor, names: [] };
  return { bind, descriptor, names, certificates: `certificates-${digest(names.join('\n'))}` };
}

function noCertificate(subject: string, key: string): Problem {
  return {
    subject,
    kind: 'certificate',
    message: `${key} is not served: none of its certificates can be used`,
  };
}

/** HAProxy takes nothing of a configuration that names what is not there. */
function consistent(model: LbModel): LbModel {
  const modes = new Map(model.backends.map(({ name, mode }) => [name, mode]));
  const frontends = model.frontends.map((frontend) => {
    const { defaultBackend, mode, routes } = frontend;
    const isThere = (backend: string) => modes.get(backend) === mode;
    return {
      ...frontend,
      routes: routes.map((route) => withTarget(route, isThere)),
      ...(defaultBackend !== undefined && !isThere(defaultBackend) ? { defaultBackend: undefined } : {}),
    };
  });
  return { ...model, frontends };
}

function withTarget(route: Route, isThere: (backend: string) => boolean): Route {
  const { action } = route;
  if (action.type !== 'backend' || isThere(action.backend)) return route;
  return {
    ...route,
    action: { type: 'respond', status: 503, reason: `there is no backend ${action.backend}` },
  };
}

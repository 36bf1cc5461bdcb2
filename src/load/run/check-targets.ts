// Whether anybody answers at all where a plan sends its requests: found out before the run, with one connection each.

import { connect } from 'node:net';
import type { HttpStep } from '../plan/http-step.ts';
import { knownValues } from '../plan/known-values.ts';
import type { Plan } from '../plan/plan.ts';
import { requestsIn } from '../plan/requests-in.ts';
import { compileTemplate } from '../values/compile-template.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Those that are known before the run: addresses that users put together themselves are not among them. */
export function targetsOf(plan: Plan): Target[] {
  const value = knownValues(plan);
  const targets = plan.groups
    .flatMap(({ steps }) => requestsIn(steps))
    .flatMap((step) => targetOf(step, value) ?? []);
  return [...new Map(targets.map((target) => [`${target.host}:${target.port}`, target])).values()];
}

/** One line for each that cannot be reached; empty: all can. */
export async function unreachable(targets: readonly Target[], withinMs: number): Promise<string[]> {
  const problems = await Promise.all(targets.map((target) => problemOf(target, withinMs)));
  return problems.filter((problem) => problem !== undefined);
}

function targetOf({ request }: HttpStep, value: (text: string) => string): Target | undefined {
  const path = value(request.path);
  const whole = /^https?:\/\//.test(path)
    ? path
    : `${value(request.protocol) || 'http'}://${value(request.host)}:${value(request.port)}/`;
  if (!compileTemplate(whole).isConstant) return undefined;
  const url = URL.parse(whole.replace(/:\/$/, '/'));
  if (!url || url.hostname === '') return undefined;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(url.port) || (url.protocol === 'https:' ? 443 : 80) };
}

function problemOf({ host, port }: Target, withinMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (problem?: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(
      () => end(`nobody answers at ${host}:${port} within ${withinMs / 1_000} s`),
      withinMs,
    );
    socket.once('connect', () => end());
    socket.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      end(
        code === 'ECONNREFUSED'
          ? `nobody listens at ${host}:${port}`
          : `${host}:${port} cannot be reached: ${message}`,
      );
    });
  });
}

// Which addresses a model wants to be listened on, and for whom. Pure.

import { hostAndPort } from '../api/host-and-port.ts';
import type { Problem } from './engine.ts';
import type { Bind, Frontend, LbModel } from './model.ts';

export interface WantedBind {
  readonly bind: Bind;
  readonly frontend: Frontend;
}

/** The same for the same address and port, whatever is served there. */
export function bindKey(bind: Bind): string {
  return `${placeOf(bind)}${bind.outside ? ' outside' : ''}`;
}

/** For people, who know of one network only. */
export function placeOf({ address, port }: Bind): string {
  return hostAndPort(address, port);
}

/** By key. Of several frontends that want the same one the first has it. */
export function wantedBinds(model: LbModel): { binds: Map<string, WantedBind>; problems: Problem[] } {
  const binds = new Map<string, WantedBind>();
  const problems: Problem[] = [];
  for (const frontend of model.frontends) {
    for (const bind of frontend.binds) {
      const key = bindKey(bind);
      const taken = binds.get(key);
      if (taken) problems.push(takenBy(frontend.name, bind, taken.frontend.name));
      else binds.set(key, { bind, frontend });
    }
  }
  return { binds, problems };
}

function takenBy(subject: string, bind: Bind, owner: string): Problem {
  const { address, port } = bind;
  const message = `${placeOf(bind)} is taken by ${owner}; use another port or address`;
  return { subject, kind: 'bind', message, bind: { address, port } };
}

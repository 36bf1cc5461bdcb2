// What is wrong with a model, before an engine takes it: names that lead nowhere, things that are there twice, rules that contradict
// themselves. An engine serves what is left; nothing here looks outside the model.

import { checkBackend } from './backend-check.ts';
import type { Problem } from './engine.ts';
import { checkFrontend } from './frontend-check.ts';
import type { LbModel } from './model.ts';

/** In the order of the model. Empty: nothing is wrong. */
export function checkModel(model: LbModel): readonly Problem[] {
  return [
    ...twice(model.frontends, 'frontend'),
    ...twice(model.backends, 'backend'),
    ...twice(model.certificates, 'certificate'),
    ...bindsTwice(model),
    ...model.frontends.flatMap((frontend) => checkFrontend(frontend, model)),
    ...model.backends.flatMap(checkBackend),
  ];
}

function twice(named: readonly { readonly name: string }[], what: string): readonly Problem[] {
  const kind = what === 'certificate' ? 'certificate' : 'other';
  const seen = new Set<string>();
  return named.flatMap(({ name }) => {
    const isSecond = seen.has(name);
    seen.add(name);
    return isSecond
      ? [{ subject: name, kind, message: `${what} "${name}" is there twice; names are unique` }]
      : [];
  });
}

function bindsTwice(model: LbModel): readonly Problem[] {
  const owners = new Map<string, string>();
  return model.frontends.flatMap(({ name, binds }) =>
    binds.flatMap(({ address, port, outside }) => {
      const where = JSON.stringify([address, port, outside ?? false]);
      const owner = owners.get(where);
      if (owner === undefined) owners.set(where, name);
      return port === 0 || owner === undefined ? [] : [bindTwice(name, owner, address, port)];
    }),
  );
}

function bindTwice(subject: string, owner: string, address: string, port: number): Problem {
  const message = `${address} port ${port} is already taken by frontend "${owner}"; give it another port`;
  return { subject, kind: 'bind', message };
}

// A new version is rolled out: every replica is replaced while users go on.

import { text } from '../../api/relevo/field-schemas.ts';
import { machineTime } from '../../base/machine-time.ts';
import { deployments } from '../../client/resources.ts';
import { counted } from '../counted.ts';
import { joined, type Told, ToldError, told, toldOf } from '../told.ts';
import type { TargetView } from '../world/world.ts';
import { type DeploymentName, isComplete, ownersOf, podsOfDeployment, restart } from './acts/rollout.ts';
import { ofPods, podsOf } from './choice/pods.ts';
import { defineFault } from './define-fault.ts';
import type { Injection, Parameters } from './fault.ts';
import { needsReplicas } from './need/needs.ts';
import { needsRights } from './need/rights.ts';
import { podParameters, roleIn, textIn } from './parameters.ts';

export const rollingUpdate = defineFault({
  name: 'rolling-update',
  summary: {
    en: "Rolls the target's Deployment out anew: every replica is replaced while users go on.",
    es: 'Despliega de nuevo el Deployment del objetivo: cada réplica se sustituye mientras los usuarios siguen.',
  },
  parameters: {
    role: podParameters.role ?? {},
    deployment: text("The Deployment. Without it those that own the target's replicas.", { minLength: 1 }),
  },
  lasts: false,
  // Each replica may take its grace period.
  proofWithinMs: 300_000,
  async impossible({ client }, target, parameters) {
    const problem = needsReplicas(target);
    if (problem !== undefined) return problem;
    const names = await deploymentsOf(client, target, parameters).catch((error: Error) => error);
    if (names instanceof Error) return toldOf(names);
    const { namespace } = target;
    return names.length > 0
      ? needsRights({ client }, { verb: 'patch', group: 'apps', resource: 'deployments', namespace })
      : noDeployment(target.service);
  },
  choose(target, parameters) {
    const pods = podsOf(target, roleIn(parameters));
    if (pods.length === 0) throw new ToldError(noReplica(target.service));
    return ofPods(pods);
  },
  undo: () => [],
  async inject({ world, target, parameters, signal, notes }) {
    const names = await deploymentsOf(world.client, target, parameters, signal);
    const all = await Promise.all(
      names.map((name) => world.client.resource(deployments, name.namespace).get(name.name, { signal })),
    );
    const old = await Promise.all(
      all.map((deployment) => podsOfDeployment(world.client, deployment, signal)),
    );
    notes.set('old', {
      names,
      uids: new Set(old.flat().map(({ metadata }) => metadata.uid ?? '')),
    } satisfies Old);
    await Promise.all(names.map((name) => restart(world.client, name, signal)));
  },
  async look(injection) {
    const { names, uids } = injection.notes.get('old') as Old;
    const seen = await Promise.all(names.map((name) => lookAt(injection, name, uids)));
    const whole = seen.filter((one) => one !== undefined);
    if (whole.length < seen.length) return injection.notes.has('begun') ? 'perhaps' : undefined;
    return { text: joined(whole, '; '), since: injection.notes.get('begun') as number };
  },
});

interface Old {
  readonly names: readonly DeploymentName[];
  readonly uids: ReadonlySet<string>;
}

/** Undefined while an old pod is there, or a new one is not ready. */
async function lookAt(
  { world, notes, signal }: Injection,
  { namespace, name }: DeploymentName,
  old: ReadonlySet<string>,
): Promise<Told | undefined> {
  const asked = machineTime();
  const deployment = await world.client.resource(deployments, namespace).get(name, { signal });
  const pods = await podsOfDeployment(world.client, deployment, signal);
  const fresh = pods.filter(({ metadata }) => !old.has(metadata.uid ?? ''));
  if (fresh.length > 0 && !notes.has('begun')) notes.set('begun', asked);
  if (fresh.length < pods.length || fresh.length === 0 || !isComplete(deployment)) return undefined;
  const names = fresh.map(({ metadata }) => metadata.name).join(', ');
  return told(
    `${name}: of ${counted(old.size, 'old pod', 'old pods')} none is left, instead there are ${names}`,
    `${name}: no queda ninguno de ${counted(old.size, 'pod antiguo', 'pods antiguos')}, en su lugar están ${names}`,
  );
}

async function deploymentsOf(
  client: Injection['world']['client'],
  target: TargetView,
  parameters: Parameters,
  signal?: AbortSignal,
): Promise<DeploymentName[]> {
  const { namespace } = target;
  const name = textIn(parameters, 'deployment');
  if (name === undefined) return ownersOf(client, podsOf(target, roleIn(parameters)), signal);
  const found = await client.resource(deployments, namespace).find(name, { signal });
  if (!found) throw new ToldError(notThere(name, namespace));
  return [{ namespace, name }];
}

function noDeployment(service: string): Told {
  return told(
    `the replicas of ${service} belong to no Deployment that could be rolled out`,
    `las réplicas de ${service} no son de ningún Deployment que se pueda desplegar de nuevo`,
  );
}

function noReplica(service: string): Told {
  return told(
    `${service} has no ready replica that could be replaced`,
    `${service} no tiene ninguna réplica lista que se pueda sustituir`,
  );
}

function notThere(name: string, namespace: string): Told {
  return told(
    `there is no Deployment "${name}" in the namespace ${namespace}`,
    `no hay ningún Deployment «${name}» en el espacio de nombres ${namespace}`,
  );
}

// Looks at objects of the API: a value in each of them has to be what the drill says.

import type { AnyObject } from '../../../api/object.ts';
import { discover, type ServedResource } from '../../../client/kind-directory.ts';
import { isStatusError } from '../../../client/response-error.ts';
import { ToldError, told } from '../../told.ts';
import type { World } from '../../world/world.ts';
import { valuesAt } from './json-path.ts';
import type { MakeLook } from './probe.ts';

export const objectLook: MakeLook = ({ object }, { world, target }) => {
  if (!object) throw new Error('it has no object');
  let resource: ServedResource | undefined;
  return async () => {
    resource ??= await resourceNamed(world, object.resource);
    const namespace = resource.namespaced ? (object.namespace ?? target().namespace) : undefined;
    const client = world.client.resource<AnyObject>(resource, namespace);
    const found =
      object.name === undefined ? await all(client, object.selector) : await one(client, object.name);
    if (found.length === 0)
      return told(`there is no such ${object.resource}`, `no hay ningún ${object.resource} así`);
    const wrong = found
      .map((each) => ({ each, value: valuesAt(each, object.jsonPath).map(textOf).join(' ') }))
      .find(({ value }) => value !== object.equals);
    const what = `${wrong?.each.metadata.name}: ${object.jsonPath}`;
    return (
      wrong &&
      told(
        `${what} is ${wrong.value || 'not there'}`,
        `${what} ${wrong.value ? `es ${wrong.value}` : 'no está'}`,
      )
    );
  };
};

type Objects = ReturnType<World['client']['resource']>;

async function all(client: Objects, labelSelector: string | undefined): Promise<AnyObject[]> {
  const { items } = await client.list(labelSelector === undefined ? {} : { labelSelector });
  return items as AnyObject[];
}

async function one(client: Objects, name: string): Promise<AnyObject[]> {
  try {
    return [(await client.get(name)) as AnyObject];
  } catch (error) {
    if (isStatusError(error, 404)) return [];
    throw error;
  }
}

/** As kubectl prints it. */
function textOf(value: unknown): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** `pods`, `pod`, `Deployment` or `deployments.apps`. Rejects, saying so, when nothing is served under that name. */
async function resourceNamed({ client }: World, name: string): Promise<ServedResource> {
  const [first = '', ...group] = name.toLowerCase().split('.');
  const { resources } = await discover(client);
  const found = resources.find(
    (one) =>
      [one.plural, one.kind.toLowerCase()].includes(first) &&
      (group.length === 0 || one.group === group.join('.')),
  );
  if (found) return found;
  throw new ToldError(told(`the API serves no ${name}`, `la API no sirve ${name}`));
}

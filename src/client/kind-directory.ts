// The kinds that the API serves, as discovery tells: which resource an owner reference names, what there is in a namespace.

import { type AnyObject, apiVersionOf } from '../api/object.ts';
import type { Client } from './client.ts';
import type { Resource } from './resource.ts';
import { isStatusError } from './response-error.ts';

export interface ServedResource extends Resource<AnyObject> {
  readonly verbs: readonly string[];
}

interface ApiResourceList {
  resources?: {
    name: string;
    kind: string;
    namespaced: boolean;
    verbs: string[];
    group?: string;
    version?: string;
  }[];
}

interface ApiGroupList {
  groups?: { name: string; preferredVersion?: { version: string }; versions: { version: string }[] }[];
}

interface GroupVersion {
  group: string;
  version: string;
  preferred: boolean;
}

export interface Discovery {
  resources: ServedResource[];
  /** `group/version` of those that did not answer: what they serve is not known. */
  failed: string[];
}

function pathOf({ group, version }: GroupVersion): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

async function groupVersions(client: Client, signal?: AbortSignal): Promise<GroupVersion[]> {
  const { body } = await client.request({ method: 'GET', path: '/apis', signal });
  const groups = (body as ApiGroupList).groups ?? [];
  const named = groups.flatMap(({ name, preferredVersion, versions }) =>
    versions.map(({ version }) => ({
      group: name,
      version,
      preferred: version === preferredVersion?.version,
    })),
  );
  return [{ group: '', version: 'v1', preferred: true }, ...named];
}

/** Reads one group and version; undefined when it is gone. */
async function readOne(
  client: Client,
  at: GroupVersion,
  signal?: AbortSignal,
): Promise<ServedResource[] | undefined> {
  try {
    const { body } = await client.request({ method: 'GET', path: pathOf(at), signal });
    return ((body as ApiResourceList).resources ?? [])
      .filter(({ name }) => !name.includes('/'))
      .map(({ name, kind, namespaced, verbs }) => {
        return { group: at.group, version: at.version, plural: name, kind, namespaced, verbs: verbs ?? [] };
      });
  } catch (error) {
    if (isStatusError(error, 404)) return undefined;
    throw error;
  }
}

/** Each resource once, in its group's preferred version where that has it. Rejects when not even the list of groups comes. */
export async function discover(client: Client, signal?: AbortSignal): Promise<Discovery> {
  const found = new Map<string, ServedResource>();
  const failed: string[] = [];
  const all = await groupVersions(client, signal);
  all.sort((a, b) => Number(b.preferred) - Number(a.preferred));
  const answers = await Promise.allSettled(all.map((at) => readOne(client, at, signal)));
  for (const [index, answer] of answers.entries()) {
    const at = all[index];
    if (answer.status === 'rejected' && at) failed.push(apiVersionOf(at.group, at.version));
    if (answer.status === 'rejected') continue;
    for (const resource of answer.value ?? []) {
      const key = `${resource.group}/${resource.plural}`;
      if (!found.has(key)) found.set(key, resource);
    }
  }
  return { resources: [...found.values()], failed };
}

/** Finds the resource of a kind, and remembers it. */
export class KindDirectory {
  readonly #client: Client;
  readonly #known = new Map<string, Resource>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Undefined when the kind is not served. */
  async find(apiVersion: string, kind: string): Promise<Resource | undefined> {
    const key = `${apiVersion} ${kind}`;
    const known = this.#known.get(key);
    if (known) return known;
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
    const resources = await readOne(this.#client, { group, version, preferred: false });
    const found = resources?.find((resource) => resource.kind === kind);
    if (found) this.#known.set(key, found);
    return found;
  }
}

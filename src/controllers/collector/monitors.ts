// A live copy of every kind that can own or be owned, also of custom ones as they come and go: who is there, by uid, and who
// depends on whom.

import type { AnyObject } from '../../api/object.ts';
import { Informer, type InformerHandler } from '../../client/informer.ts';
import { type Discovery, discover, type ServedResource } from '../../client/kind-directory.ts';
import { type Resource, resourceName } from '../../client/resource.ts';
import { customResourceDefinitions } from '../../client/resources.ts';
import type { ControllerContext } from '../controller.ts';

export interface Monitored {
  object: AnyObject;
  resource: Resource;
}

interface Monitor {
  resource: Resource;
  informer: Informer<AnyObject>;
  end(): Promise<void>;
}

export const byUid = 'uid';
const byOwner = 'owner uid';
const needed = ['list', 'watch', 'delete'];
/** They come and go in masses, own nothing and go by themselves. */
const ignored = new Set(['events', 'events.events.k8s.io']);

export class Monitors {
  readonly #context: ControllerContext;
  readonly #handler: InformerHandler<AnyObject>;
  readonly #monitors = new Map<string, Monitor>();

  constructor(context: ControllerContext, handler: InformerHandler<AnyObject>) {
    this.#context = context;
    this.#handler = handler;
  }

  /** Follows what discovery lists now, and no longer what it does not. Groups that failed to answer stay as they are. */
  async refresh(signal: AbortSignal): Promise<Discovery> {
    const found = await discover(this.#context.client, signal);
    const served = new Map(found.resources.filter(isCollectable).map((one) => [monitorKey(one), one]));
    for (const [key, monitor] of this.#monitors) {
      const { group, version } = monitor.resource;
      if (served.has(key) || found.failed.includes(`${group}/${version}`)) continue;
      this.#monitors.delete(key);
      await monitor.end();
    }
    if (signal.aborted) return found;
    for (const [key, resource] of served) {
      if (!this.#monitors.has(key)) this.#monitors.set(key, this.#begin(resource));
    }
    return found;
  }

  /** Resolves when all that are followed now are complete. */
  async synced(): Promise<void> {
    await Promise.all([...this.#monitors.values()].map(({ informer }) => informer.synced()));
  }

  find(uid: string): Monitored | undefined {
    for (const { informer, resource } of this.#monitors.values()) {
      const [object] = informer.lister.byIndex(byUid, uid);
      if (object) return { object, resource };
    }
    return undefined;
  }

  dependentsOf(uid: string): Monitored[] {
    return [...this.#monitors.values()].flatMap(({ informer, resource }) =>
      informer.lister.byIndex(byOwner, uid).map((object) => ({ object, resource })),
    );
  }

  async close(): Promise<void> {
    await Promise.all([...this.#monitors.values()].map((monitor) => monitor.end()));
    this.#monitors.clear();
  }

  #begin(resource: ServedResource): Monitor {
    return this.#isCustom(resource) ? this.#own(resource) : this.#shared(resource);
  }

  #isCustom({ group }: Resource): boolean {
    const definitions = this.#context.informers.for(customResourceDefinitions).lister;
    return definitions.list().some(({ spec }) => spec.group === group);
  }

  /** Built-in kinds are always served: other controllers follow most of them too. */
  #shared(resource: Resource): Monitor {
    const informer = this.#context.informers.for(resource);
    const detach = this.#prepare(informer);
    return { resource, informer, end: async () => detach() };
  }

  #own(resource: Resource): Monitor {
    const { client, clock, logger, random } = this.#context;
    const informer = new Informer<AnyObject>({ client, clock, logger, random, resource });
    this.#prepare(informer);
    informer.start();
    return { resource, informer, end: () => informer.close() };
  }

  #prepare(informer: Informer<AnyObject>): () => void {
    informer.addIndex(byUid, ({ metadata }) => [metadata.uid]);
    informer.addIndex(byOwner, ({ metadata }) => (metadata.ownerReferences ?? []).map(({ uid }) => uid));
    return informer.addHandler(this.#handler);
  }
}

function monitorKey(resource: Resource): string {
  return `${resource.version}/${resourceName(resource)}`;
}

function isCollectable(resource: ServedResource): boolean {
  return needed.every((verb) => resource.verbs.includes(verb)) && !ignored.has(resourceName(resource));
}

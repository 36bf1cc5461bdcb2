// Empties a namespace that is being deleted, tells what is left meanwhile, and lets it go once nothing is.

import type { V1Namespace } from '../api/generated/types.ts';
import { timestamp } from '../api/timestamp.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { discover, type ServedResource } from '../client/kind-directory.ts';
import { namespaces } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import { forEachBounded } from './bounded.ts';
import { Controller, type ControllerContext, type ReconcileResult } from './controller.ts';
import { type Emptying, emptyingConditions, isEmpty, type Remainder } from './namespace/conditions.ts';
import { writeStatus } from './write-status.ts';

/** While something is left it is looked again after so long. */
const lookAgainMs = 200;
const concurrency = 8;
const needed = ['list', 'delete'];
const finalizer = 'kubernetes';

interface Findings extends Emptying {
  failures: string[];
  remainders: Remainder[];
  finalizers: Map<string, number>;
}

class NamespaceEmptier {
  readonly #context: ControllerContext;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  async reconcile(name: string, signal: AbortSignal): Promise<ReconcileResult> {
    const namespace = this.#context.informers.for(namespaces).lister.get(name);
    if (!namespace?.metadata.deletionTimestamp || !namespace.spec?.finalizers?.includes(finalizer)) return {};
    const emptying = await this.#empty(name, signal);
    const reported = await this.#report(namespace, emptying);
    if (!isEmpty(emptying)) return { requeueAfterMs: lookAgainMs };
    if (reported) await this.#finalize(reported);
    return {};
  }

  async #empty(name: string, signal: AbortSignal): Promise<Emptying> {
    const { resources, failed } = await discover(this.#context.client, signal);
    const findings: Findings = { undiscovered: failed, failures: [], remainders: [], finalizers: new Map() };
    const inside = resources.filter(
      ({ namespaced, verbs }) => namespaced && needed.every((verb) => verbs.includes(verb)),
    );
    await forEachBounded(inside, concurrency, async (resource) => {
      try {
        await this.#emptyOf(resource, name, findings);
      } catch (error) {
        findings.failures.push(error instanceof Error ? error.message : String(error));
      }
    });
    return findings;
  }

  async #emptyOf(resource: ServedResource, namespace: string, findings: Findings): Promise<void> {
    const api = this.#context.client.resource(resource, namespace);
    let { items } = await api.list();
    if (items.some(({ metadata }) => !metadata.deletionTimestamp)) {
      await api.deleteCollection({ propagationPolicy: 'Background' });
      ({ items } = await api.list());
    }
    if (items.length === 0) return;
    findings.remainders.push({ resource: `${resource.plural}.${resource.group}`, count: items.length });
    for (const held of items.flatMap(({ metadata }) => metadata.finalizers ?? [])) {
      findings.finalizers.set(held, (findings.finalizers.get(held) ?? 0) + 1);
    }
  }

  async #report(namespace: V1Namespace, emptying: Emptying): Promise<V1Namespace | undefined> {
    const now = timestamp(this.#context.clock.now());
    const conditions = emptyingConditions(namespace.status?.conditions, emptying, now);
    const status = { ...namespace.status, phase: 'Terminating', conditions };
    if (deepEqual(status, namespace.status)) return namespace;
    return writeStatus(this.#context.client, namespaces, namespace, status);
  }

  async #finalize(namespace: V1Namespace): Promise<void> {
    const finalizers = (namespace.spec?.finalizers ?? []).filter((name) => name !== finalizer);
    const body = { ...namespace, spec: { ...namespace.spec, finalizers } };
    try {
      await this.#context.client
        .resource(namespaces)
        .updateSubresource(namespace.metadata.name, 'finalize', body);
    } catch (error) {
      if (!isStatusError(error, 404)) throw error;
    }
  }
}

export function createNamespaceController(context: ControllerContext): Controller {
  const emptier = new NamespaceEmptier(context);
  const controller = new Controller(context, {
    name: 'namespace-controller',
    reconcile: (key, signal) => emptier.reconcile(key, signal),
  });
  controller.watch(context.informers.for(namespaces));
  return controller;
}

// POST pods/NAME/eviction: deletes a pod if its disruption budget allows that. The budget is read and booked in one decision of
// the store, so two evictions never spend the same allowance.

import type { V1DeleteOptions, V1Eviction, V1Pod, V1PodDisruptionBudget } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import { podDisruptionBudget } from '../../api/policy/pod-disruption-budget.ts';
import { badRequest, conflict, notFoundError, objectModified, StatusError } from '../../api/status.ts';
import type { ResourceRoute } from '../api-server.ts';
import { controlPlaneUser } from '../auth/user.ts';
import { type DeleteOptions, deleteOptions } from '../options.ts';
import { type ResourceRequest, writeContext } from '../resource-handler.ts';
import type { BodyKind } from '../write/decode.ts';
import type { WriteContext } from '../write/request-context.ts';
import { allowVerbs, done, readBody } from './body.ts';
import { allowsUnhealthy, budgetsOf, grant, needsNoBudget, notYet } from './disruption-budget.ts';
import { withPodCondition } from './pod-condition.ts';
import type { RouteParts } from './route-parts.ts';

const schema = 'io.k8s.api.policy.v1.Eviction';
const evictions: [BodyKind, BodyKind] = [
  { kind: 'Eviction', apiVersion: 'policy/v1', version: 'v1', schema },
  { kind: 'Eviction', apiVersion: 'policy/v1beta1', version: 'v1beta1', schema },
];
const pods = { group: '', resource: 'pods' };

/** How often an eviction is decided anew because the pod changed meanwhile. */
const tries = 10;

type EvictionParts = Pick<RouteParts, 'store' | 'clock' | 'writer' | 'deleter' | 'preparation' | 'scheme'>;

interface Eviction {
  context: WriteContext;
  options: DeleteOptions;
}

/** Answers 201 when the pod is deleted or on its way out; 404, 409 for preconditions, 429 when the budget refuses, 500 for two budgets. */
export function evictionRoute(parts: EvictionParts): ResourceRoute {
  const evictor = new Evictor(parts);
  return async (given) => {
    allowVerbs(given, 'create');
    await evictor.evict(await evictionOf(parts, given));
    return done();
  };
}

async function evictionOf({ preparation }: EvictionParts, given: ResourceRequest): Promise<Eviction> {
  const context = writeContext(given, 'CreateOptions');
  const body = await readBody<V1Eviction>(given, context.options, ...evictions);
  preparation.subresource(context, body as AnyObject);
  const options = deleteOptions(new URLSearchParams(), body.deleteOptions);
  const dryRun = dryRunOf(given, body.deleteOptions);
  return {
    context: { ...context, options: { ...context.options, dryRun } },
    options: { ...options, dryRun },
  };
}

/** Said in the query, in the body or in both; never two different things. */
function dryRunOf({ request }: ResourceRequest, options: V1DeleteOptions | undefined): boolean {
  const asked = request.query.getAll('dryRun');
  const inBody = options?.dryRun ?? [];
  if (asked.length > 0 && inBody.length > 0 && asked.join() !== inBody.join())
    throw badRequest(
      `Non-matching dry-run options in request and content: [${asked.join(' ')}] and [${inBody.join(' ')}]`,
    );
  return asked.length > 0 || inBody.length > 0;
}

class Evictor {
  readonly #parts: EvictionParts;

  constructor(parts: EvictionParts) {
    this.#parts = parts;
  }

  /** Decides anew when the pod changed under a decision that rests on its state, unless the client named the version it means. */
  async evict(eviction: Eviction): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const pod = this.#pod(eviction.context);
      if (!needsNoBudget(pod)) return this.#evictWithin(eviction, pod);
      try {
        const isStill = pod.status?.phase === 'Pending' && !pod.metadata.deletionTimestamp;
        return await this.#delete(isStill ? pinned(eviction, pod) : eviction);
      } catch (error) {
        const isFixed = eviction.options.preconditions.resourceVersion !== undefined;
        if (isFixed || !isConflict(error) || attempt === tries) throw error;
      }
    }
  }

  #pod({ namespace, name }: WriteContext): V1Pod {
    const stored = this.#parts.store.get(`pods/${namespace}/${name}`);
    if (!stored) throw notFoundError(pods, name);
    return stored.value as unknown as V1Pod;
  }

  async #evictWithin(eviction: Eviction, pod: V1Pod): Promise<void> {
    const budget = this.#budgetOf(pod);
    if (!budget) return this.#delete(eviction);
    if (!allowsUnhealthy(pod, budget)) {
      await this.#book(eviction.context, pod, budget.metadata.name);
      return this.#delete(eviction);
    }
    try {
      await this.#delete(pinned(eviction, pod));
    } catch (error) {
      const isFixed = eviction.options.preconditions.resourceVersion !== undefined;
      // It may have become ready: then the budget has a say, and the client asks again.
      throw isConflict(error) && !isFixed ? notYet(budget.metadata.name) : error;
    }
  }

  #budgetOf(pod: V1Pod): V1PodDisruptionBudget | undefined {
    const { items } = this.#parts.store.list(`poddisruptionbudgets.policy/${pod.metadata.namespace}/`);
    const budgets = budgetsOf(
      pod,
      items.map(({ value }) => value as unknown as V1PodDisruptionBudget),
    );
    if (budgets.length > 1) {
      const text =
        'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
      throw new StatusError(500, 'InternalError', text);
    }
    return budgets[0];
  }

  async #book(context: WriteContext, pod: V1Pod, budgetName: string): Promise<void> {
    const { scheme, writer, clock } = this.#parts;
    const kind = scheme.find('policy', 'v1', podDisruptionBudget.plural);
    if (!kind) throw new Error('PodDisruptionBudgets are not served');
    const booking = { ...context, kind, name: budgetName, subresource: 'status', user: controlPlaneUser };
    await writer.change(booking, (live) => {
      live.status = grant(live as unknown as V1PodDisruptionBudget, pod.metadata.name, clock.now());
      return live;
    });
  }

  async #delete({ context, options }: Eviction): Promise<void> {
    const written = options.dryRun ? undefined : await this.#markDisrupted(context, options);
    const { preconditions } = options;
    // The mark was this eviction's own change: the version that was meant moved with it.
    const resourceVersion = preconditions.resourceVersion && (written ?? preconditions.resourceVersion);
    const kept = {
      ...options,
      preconditions: { ...preconditions, ...(resourceVersion ? { resourceVersion } : {}) },
    };
    await this.#parts.deleter.delete({ ...context, subresource: '' }, kept);
  }

  /** Says on the pod why it goes; gives the version that it then has. */
  async #markDisrupted(context: WriteContext, { preconditions }: DeleteOptions): Promise<string | undefined> {
    const { writer, clock } = this.#parts;
    const marking = { ...context, subresource: 'status', user: controlPlaneUser };
    const disrupted = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    };
    const { stored } = await writer.change(marking, (live) => {
      checkPreconditions(live, preconditions);
      const conditions = withPodCondition(live.status?.conditions, disrupted, clock.now());
      live.status = { ...live.status, conditions };
      return live;
    });
    return stored?.value.metadata.resourceVersion;
  }
}

/** The eviction of the pod as it was seen, and of no later state of it. */
function pinned({ context, options }: Eviction, { metadata }: V1Pod): Eviction {
  const preconditions = { resourceVersion: metadata.resourceVersion, ...options.preconditions };
  return { context, options: { ...options, preconditions } };
}

function checkPreconditions(
  { metadata }: AnyObject,
  { uid, resourceVersion }: DeleteOptions['preconditions'],
): void {
  if (uid !== undefined && uid !== metadata.uid) {
    const detail = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(pods, metadata.name, detail);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw conflict(pods, metadata.name, objectModified);
}

function isConflict(error: unknown): boolean {
  return error instanceof StatusError && error.reason === 'Conflict';
}

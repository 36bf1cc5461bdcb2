// Role based access control over the stored roles and bindings, evaluated as Kubernetes evaluates them. Aggregated
// ClusterRoles are read as they are stored: aggregation.ts keeps their rules filled.

import type { V1ClusterRole } from '../../api/generated/types.ts';
import type { Store, Subscription } from '../../store/store.ts';
import type { Authorizer, HeldRules } from './authorizer.ts';
import { BindingIndex, type Grant } from './binding-index.ts';
import { type PolicyRule, ruleAllows } from './policy-rule.ts';
import { rbacGroup, rbacPrefix } from './rbac-objects.ts';
import type { Attributes, AuthorizationDecision, User } from './user.ts';

/** Decisions kept for one user before they are all forgotten: bounds what a client that asks for ever new names can use. */
const decisionsPerUser = 1024;

export class RbacAuthorizer implements Authorizer {
  readonly #store: Store;
  readonly #bindings: BindingIndex;
  readonly #roles: Subscription[];
  // By the user's identity: authenticators hand out the same User for the same credential, and what they drop is collected.
  #decisions = new WeakMap<User, Map<string, AuthorizationDecision>>();

  /** Follows the store until close(). */
  constructor(store: Store) {
    this.#store = store;
    const forget = () => {
      this.#decisions = new WeakMap();
    };
    this.#bindings = new BindingIndex(store, forget);
    this.#roles = [rbacPrefix.roles, rbacPrefix.clusterRoles].map((prefix) =>
      store.watch(prefix, store.revision, forget),
    );
  }

  authorize(user: User, asked: Attributes): AuthorizationDecision {
    const known = this.#decisionsOf(user);
    const key = decisionKey(asked);
    let decision = known.get(key);
    if (decision) return decision;
    decision = this.#evaluate(user, asked);
    if (known.size >= decisionsPerUser) known.clear();
    known.set(key, decision);
    return decision;
  }

  heldRules(user: User, namespace: string): HeldRules {
    const held: HeldRules = { rules: [], errors: [] };
    for (const grant of this.#bindings.grantsOf(user, namespace)) {
      const rules = this.#rulesOf(grant);
      if (rules) held.rules.push(...rules);
      else held.errors.push(missingRoleText(grant));
    }
    return held;
  }

  #decisionsOf(user: User): Map<string, AuthorizationDecision> {
    let known = this.#decisions.get(user);
    if (!known) {
      known = new Map();
      this.#decisions.set(user, known);
    }
    return known;
  }

  #evaluate(user: User, asked: Attributes): AuthorizationDecision {
    const errors = new Set<string>();
    for (const grant of this.#bindings.grantsOf(user, asked.namespace)) {
      const rules = this.#rulesOf(grant);
      if (!rules) errors.add(missingRoleText(grant));
      else if (rules.some((rule) => ruleAllows(rule, asked)))
        return { allowed: true, reason: `RBAC: allowed by ${grant.text}` };
    }
    return { allowed: false, reason: errors.size === 0 ? '' : `RBAC: ${aggregated([...errors])}` };
  }

  /** Undefined when the role does not exist. */
  #rulesOf(grant: Grant): PolicyRule[] | undefined {
    const role = grant.roleKey === undefined ? undefined : this.#store.get(grant.roleKey);
    return role && ((role.value as V1ClusterRole).rules ?? []);
  }

  /** Idempotent. */
  close(): void {
    this.#bindings.close();
    for (const subscription of this.#roles) subscription.close();
  }
}

function decisionKey(asked: Attributes): string {
  if (!asked.isResource) return `${asked.verb} ${asked.path}`;
  return `${asked.verb}\0${asked.group}\0${asked.resource}\0${asked.subresource}\0${asked.namespace}\0${asked.name}`;
}

function missingRoleText({ roleRef }: Grant): string {
  return `${roleRef.kind.toLowerCase()}.${rbacGroup} "${roleRef.name}" not found`;
}

/** Several errors as Kubernetes joins them. */
function aggregated(errors: string[]): string {
  return errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`;
}

// The question every request must pass, and the order in which it is put: system:masters, the rules of nodes, RBAC.

import type { PolicyRule } from './policy-rule.ts';
import type { Attributes, AuthorizationDecision, User } from './user.ts';

/** A request with the field selector of its list, watch or deletecollection, where it has one: nodes may list only their own pods. */
export interface RequestAttributes extends Attributes {
  /** As in the URL: `spec.nodeName=node-1`. */
  fieldSelector?: string;
}

/** What a user holds in a namespace ('' for what is held in all of them and at the cluster scope). */
export interface HeldRules {
  rules: PolicyRule[];
  /** What could not be resolved, e.g. a binding to a role that does not exist. */
  errors: string[];
}

export interface Authorizer {
  /** Decides from memory, in microseconds. Never throws. */
  authorize(user: User, asked: RequestAttributes): AuthorizationDecision;
  heldRules(user: User, namespace: string): HeldRules;
}

export const privilegedGroup = 'system:masters';

const privileged: AuthorizationDecision = { allowed: true, reason: '' };

/** May do everything, including what escalation checks refuse to others. */
export function isPrivileged(user: User): boolean {
  return user.groups.includes(privilegedGroup);
}

/** Asks each in turn; the first that allows wins, and a refusal carries all the reasons that were given. */
export function unionAuthorizer(members: readonly Authorizer[]): Authorizer {
  return {
    authorize(user, asked) {
      if (isPrivileged(user)) return privileged;
      const reasons: string[] = [];
      for (const member of members) {
        const decision = member.authorize(user, asked);
        if (decision.allowed) return decision;
        if (decision.reason !== '') reasons.push(decision.reason);
      }
      return { allowed: false, reason: reasons.join('\n') };
    },
    heldRules(user, namespace) {
      const held = members.map((member) => member.heldRules(user, namespace));
      return { rules: held.flatMap((one) => one.rules), errors: held.flatMap((one) => one.errors) };
    },
  };
}

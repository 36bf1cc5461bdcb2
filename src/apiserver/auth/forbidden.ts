// The 403 of a request that nobody allowed, worded as Kubernetes words it.

import { forbiddenError, StatusError } from '../../api/status.ts';
import type { Attributes, User } from './user.ts';

/** `User "bob" cannot list resource "pods" in API group "" in the namespace "default"`, or for a path `User "bob" cannot get path "/x"`. */
export function forbiddenText(user: User, asked: Attributes): string {
  const who = JSON.stringify(user.name);
  if (!asked.isResource) return `User ${who} cannot ${asked.verb} path ${JSON.stringify(asked.path)}`;
  const resource = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const scope = asked.namespace
    ? `in the namespace ${JSON.stringify(asked.namespace)}`
    : 'at the cluster scope';
  const what = `resource ${JSON.stringify(resource)} in API group ${JSON.stringify(asked.group)}`;
  return `User ${who} cannot ${asked.verb} ${what} ${scope}`;
}

/** The whole answer: `pods is forbidden: User "bob" cannot …`. `reason` is the authorizer's, and may be empty. */
export function forbiddenRequest(user: User, asked: Attributes, reason = ''): StatusError {
  const detail = reason === '' ? forbiddenText(user, asked) : `${forbiddenText(user, asked)}: ${reason}`;
  // The details of a path's refusal are empty in Kubernetes too: there is no resource to name.
  if (!asked.isResource) return new StatusError(403, 'Forbidden', `forbidden: ${detail}`, {});
  return forbiddenError({ group: asked.group, resource: asked.resource }, asked.name, detail);
}

// Objects of RBAC and questions about them: only what a test says matters is said in the test.

import type { RbacV1Subject } from '../../src/api/generated/types.ts';
import type { AnyObject } from '../../src/api/object.ts';
import type { RequestAttributes } from '../../src/apiserver/auth/authorizer.ts';
import type { PolicyRule } from '../../src/apiserver/auth/policy-rule.ts';
import { rbacGroup } from '../../src/apiserver/auth/rbac-objects.ts';
import type { User } from '../../src/apiserver/auth/user.ts';
import type { Store } from '../../src/store/store.ts';

export function user(name: string, ...groups: string[]): User {
  return { name, groups };
}

/** `get pods/log`, `list deployments.apps`; the rest by name. */
export function asks(question: string, more: Partial<RequestAttributes> = {}): RequestAttributes {
  const [verb = '', what = ''] = question.split(' ');
  const [full = '', subresource = ''] = what.split('/');
  const dot = full.indexOf('.');
  const resource = dot < 0 ? full : full.slice(0, dot);
  const group = dot < 0 ? '' : full.slice(dot + 1);
  const place = { namespace: '', name: '', path: '' };
  return { verb, isResource: true, group, version: 'v1', resource, subresource, ...place, ...more };
}

export function asksPath(verb: string, path: string): RequestAttributes {
  return { ...asks(`${verb} `), isResource: false, version: '', path };
}

/** Stores a copy under its key (`pods/ns/name`, `nodes/name`) and resolves when it is readable. */
export async function put(store: Store, key: string, fields: object = {}): Promise<void> {
  const parts = key.split('/');
  const namespace = parts.length === 3 ? { namespace: parts[1] } : {};
  const { metadata, ...rest } = structuredClone(fields) as Partial<AnyObject>;
  const value = {
    ...{ apiVersion: 'v1', kind: 'Test' },
    ...rest,
    metadata: {
      name: parts.at(-1),
      ...namespace,
      uid: `uid-${parts.at(-1)}`,
      creationTimestamp: '',
      ...metadata,
    },
  } as unknown as AnyObject;
  await store.write(key, () => ({ op: 'put', value }));
}

export async function remove(store: Store, key: string): Promise<void> {
  await store.write(key, () => ({ op: 'delete' }));
}

/** `NAME` makes a ClusterRole, `NS/NAME` a Role. */
export function putRole(store: Store, name: string, rules: PolicyRule[], fields: object = {}): Promise<void> {
  const resource = name.includes('/') ? 'roles' : 'clusterroles';
  return put(store, `${resource}.${rbacGroup}/${name}`, { rules, ...fields });
}

/** `NAME` makes a ClusterRoleBinding, `NS/NAME` a RoleBinding; `role` is `ClusterRole/x` or `Role/x`. */
export function bind(store: Store, name: string, role: string, ...subjects: RbacV1Subject[]): Promise<void> {
  const resource = name.includes('/') ? 'rolebindings' : 'clusterrolebindings';
  const [kind, roleName] = role.split('/');
  return put(store, `${resource}.${rbacGroup}/${name}`, {
    roleRef: { apiGroup: rbacGroup, kind, name: roleName },
    subjects,
  });
}

/** A predicate for assert.throws: a StatusError with this code and text. */
export function status(code: number, message: string | RegExp): (error: unknown) => boolean {
  return (thrown) => {
    const { code: actual, message: text } = thrown as { code: number; message: string };
    const fits = typeof message === 'string' ? text === message : message.test(text);
    if (actual === code && fits) return true;
    throw new Error(`expected ${code} ${message}, got ${actual} ${text}`);
  };
}

// The user name of a service account: `system:serviceaccount:NAMESPACE:NAME`, and back.

const prefix = 'system:serviceaccount:';

export interface ServiceAccountName {
  namespace: string;
  name: string;
}

export function serviceAccountUserName({ namespace, name }: ServiceAccountName): string {
  return `${prefix}${namespace}:${name}`;
}

/** The groups every service account of a namespace is in; `system:authenticated` is added by whoever authenticates. */
export function serviceAccountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
}

/** Undefined for a name that is no service account's. */
export function parseServiceAccountUserName(userName: string): ServiceAccountName | undefined {
  if (!userName.startsWith(prefix)) return undefined;
  const parts = userName.slice(prefix.length).split(':');
  const [namespace, name] = parts;
  return parts.length === 2 && namespace && name ? { namespace, name } : undefined;
}

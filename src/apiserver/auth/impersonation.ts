// Acting as somebody else: what the Impersonate-* headers ask for, whether the caller may, and the User that results.
// Follows Kubernetes' impersonation filter; there a group without a user is a 500, here a 400.

import { badRequest } from '../../api/status.ts';
import type { Authorizer } from './authorizer.ts';
import { forbiddenRequest } from './forbidden.ts';
import {
  parseServiceAccountUserName,
  serviceAccountGroups,
  serviceAccountUserName,
} from './service-account-name.ts';
import { type Attributes, anonymous, type User } from './user.ts';

/** By lower-case name, one entry for every time the header was sent: commas are parts of values. */
export type HeaderValues = Readonly<Record<string, readonly string[] | undefined>>;

const prefix = 'impersonate-';
const extraPrefix = 'impersonate-extra-';
const authenticationGroup = 'authentication.k8s.io';
const authenticated = 'system:authenticated';
const unauthenticated = 'system:unauthenticated';

/** One thing that the caller must be allowed to impersonate. */
interface Wanted {
  resource: 'users' | 'serviceaccounts' | 'groups' | 'uids' | 'userextras';
  namespace: string;
  name: string;
  /** The key of an extra. */
  extraKey: string;
}

/** Whether a header concerns impersonation: such headers must not be passed on. */
export function isImpersonationHeader(lowerCaseName: string): boolean {
  return lowerCaseName.startsWith(prefix);
}

/**
 * The user to act as: `caller` itself without such headers. Throws 403 when the caller may not impersonate any one of
 * the things asked for, 400 when groups, a uid or extras are named without a user.
 */
export function impersonate(headers: HeaderValues, caller: User, authorizer: Authorizer): User {
  const wanted = wantedOf(headers);
  if (wanted.length === 0) return caller;
  for (const one of wanted) {
    const asked = attributesOf(one);
    const decision = authorizer.authorize(caller, asked);
    if (!decision.allowed) throw forbiddenRequest(caller, asked, decision.reason);
  }
  return resultingUser(wanted);
}

function wantedOf(headers: HeaderValues): Wanted[] {
  const userName = headers['impersonate-user']?.[0] ?? '';
  const uid = headers['impersonate-uid']?.[0] ?? '';
  const wanted = userName === '' ? [] : [userOrServiceAccount(userName)];
  for (const group of headers['impersonate-group'] ?? []) wanted.push(plain('groups', group));
  wanted.push(...extrasOf(headers));
  if (uid !== '') wanted.push(plain('uids', uid));
  if (wanted.length > 0 && userName === '')
    throw badRequest(`requested [${wanted.map(referenceText).join(' ')}] without impersonating a user`);
  return wanted;
}

function plain(resource: Wanted['resource'], name: string): Wanted {
  return { resource, name, namespace: '', extraKey: '' };
}

function userOrServiceAccount(userName: string): Wanted {
  const account = parseServiceAccountUserName(userName);
  if (!account) return plain('users', userName);
  return { ...plain('serviceaccounts', account.name), namespace: account.namespace };
}

function* extrasOf(headers: HeaderValues): Generator<Wanted> {
  for (const [header, values] of Object.entries(headers)) {
    if (!header.startsWith(extraPrefix)) continue;
    const extraKey = unescaped(header.slice(extraPrefix.length));
    for (const value of values ?? []) yield { ...plain('userextras', value), extraKey };
  }
}

/** Keys are percent-encoded in header names; what does not decode is taken as it is. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

const referenceKinds = {
  users: 'User',
  serviceaccounts: 'ServiceAccount',
  groups: 'Group',
  uids: 'UID',
  userextras: 'UserExtra',
};

/** An ObjectReference as Go prints it: kind, namespace, name, uid, apiVersion, resourceVersion, fieldPath. */
function referenceText({ resource, namespace, name, extraKey }: Wanted): string {
  const version = groupOf(resource) === '' ? '' : `${authenticationGroup}/v1`;
  return `{${[referenceKinds[resource], namespace, name, '', version, '', extraKey].join(' ')}}`;
}

function groupOf(resource: Wanted['resource']): string {
  return resource === 'userextras' || resource === 'uids' ? authenticationGroup : '';
}

function attributesOf({ resource, namespace, name, extraKey }: Wanted): Attributes {
  return {
    verb: 'impersonate',
    isResource: true,
    group: groupOf(resource),
    version: 'v1',
    resource,
    subresource: extraKey,
    namespace,
    name,
    path: '',
  };
}

function resultingUser(wanted: Wanted[]): User {
  const named = wanted.find(
    ({ resource }) => resource === 'users' || resource === 'serviceaccounts',
  ) as Wanted;
  const name = named.resource === 'users' ? named.name : serviceAccountUserName(named);
  const namesOf = (resource: Wanted['resource']) => wanted.filter((one) => one.resource === resource);
  const groups = namesOf('groups').map((group) => group.name);
  const uid = namesOf('uids')[0]?.name;
  const extra = Map.groupBy(namesOf('userextras'), ({ extraKey }) => extraKey);
  return {
    name,
    groups: withSystemGroups(name, groups),
    ...(uid === undefined ? {} : { uid }),
    ...(extra.size > 0 ? { extra: extraValues(extra) } : {}),
  };
}

function extraValues(extra: Map<string, Wanted[]>): Record<string, string[]> {
  return Object.fromEntries([...extra].map(([key, wanted]) => [key, wanted.map(({ name }) => name)]));
}

function withSystemGroups(name: string, named: string[]): string[] {
  const account = parseServiceAccountUserName(name);
  const groups = named.length === 0 && account ? serviceAccountGroups(account.namespace) : named;
  if (name === anonymous.name)
    return groups.includes(unauthenticated) ? groups : [...groups, unauthenticated];
  const decided = groups.includes(authenticated) || groups.includes(unauthenticated);
  return decided ? groups : [...groups, authenticated];
}

// Discovery: /api, /apis and their groups and versions, plain and aggregated (apidiscovery.k8s.io/v2).

import { createHash } from 'node:crypto';
import { apiVersionOf } from '../../api/object.ts';
import type { Scheme, ServedKind } from '../scheme.ts';
import { type ExtraResource, extraResources } from './extra-resources.ts';

interface GroupVersion {
  group: string;
  version: string;
}

interface ApiResource {
  name: string;
  singularName: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: readonly string[];
  shortNames?: string[];
  categories?: string[];
  storageVersionHash?: string;
}

export class Discovery {
  readonly #scheme: Scheme;

  constructor(scheme: Scheme) {
    this.#scheme = scheme;
  }

  /** /api */
  coreVersions(): object {
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  }

  /** /apis */
  groupList(): object {
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: this.#groups().map((group) => this.#group(group)),
    };
  }

  /** /apis/GROUP, or undefined when there is no such group. */
  group(name: string): object | undefined {
    if (!this.#groups().includes(name)) return undefined;
    return { kind: 'APIGroup', apiVersion: 'v1', ...this.#group(name) };
  }

  /** /api/v1 and /apis/GROUP/VERSION, or undefined when that is not served. */
  resourceList(group: string, version: string): object | undefined {
    if (!this.#scheme.hasGroupVersion(group, version)) return undefined;
    return {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: apiVersionOf(group, version),
      resources: this.#kinds({ group, version }).flatMap(resourcesOf),
    };
  }

  /** The aggregated form of /api (core group) or /apis (all others). */
  aggregated(core: boolean): object {
    const groups = core ? [''] : this.#groups();
    return {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items: groups.map((group) => ({
        metadata: { name: group, creationTimestamp: null },
        versions: this.#versions(group).map((version) => ({
          version,
          resources: this.#kinds({ group, version }).map(aggregatedResource),
          freshness: 'Current',
        })),
      })),
    };
  }

  #groups(): string[] {
    return [...new Set(this.#scheme.all().map((kind) => kind.group))].filter((group) => group !== '');
  }

  #group(name: string): object {
    const versions = this.#versions(name).map((version) => ({
      groupVersion: apiVersionOf(name, version),
      version,
    }));
    return { name, versions, preferredVersion: versions[0] };
  }

  /** Preferred first: as Kubernetes orders them (stable before beta before alpha, higher first). */
  #versions(group: string): string[] {
    const versions = new Set(
      this.#scheme
        .all()
        .filter((kind) => kind.group === group)
        .map((kind) => kind.version),
    );
    return [...versions].sort(compareVersions);
  }

  #kinds({ group, version }: GroupVersion): ServedKind[] {
    return this.#scheme.all().filter((kind) => kind.group === group && kind.version === version);
  }
}

const versionPattern = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const stability: Record<string, number> = { alpha: 0, beta: 1, '': 2 };

/** Negative when `a` is preferred over `b` (the order of CRD versions in Kubernetes' documentation). */
export function compareVersions(a: string, b: string): number {
  const [, majorA, levelA = '', minorA = '0'] = versionPattern.exec(a) ?? [];
  const [, majorB, levelB = '', minorB = '0'] = versionPattern.exec(b) ?? [];
  if (majorA === undefined || majorB === undefined) {
    if (majorA !== majorB) return majorA === undefined ? 1 : -1;
    return a < b ? -1 : 1;
  }
  const byLevel = (stability[levelB] ?? 0) - (stability[levelA] ?? 0);
  return byLevel || Number(majorB) - Number(majorA) || Number(minorB) - Number(minorA);
}

function resourcesOf(kind: ServedKind): ApiResource[] {
  const main: ApiResource = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    storageVersionHash: storageVersionHash(kind),
  };
  const subresources = subresourcesOf(kind).map((sub) => ({
    name: `${kind.plural}/${sub.name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(sub.group === undefined ? {} : { group: sub.group, version: sub.version }),
    kind: sub.kind,
    verbs: sub.verbs,
  }));
  return [main, ...subresources];
}

function subresourcesOf(kind: ServedKind): ExtraResource[] {
  const found = [...(extraResources[kind.storageResource] ?? [])];
  if (kind.subresources.scale) {
    found.push({
      name: 'scale',
      group: 'autoscaling',
      version: 'v1',
      kind: 'Scale',
      verbs: ['get', 'patch', 'update'],
    });
  }
  if (kind.subresources.status) {
    found.push({ name: 'status', kind: kind.kind, verbs: ['get', 'patch', 'update'] });
  }
  return found;
}

function aggregatedResource(kind: ServedKind): object {
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    subresources: subresourcesOf(kind).map((sub) => ({
      subresource: sub.name,
      responseKind: { group: sub.group ?? kind.group, version: sub.version ?? kind.version, kind: sub.kind },
      verbs: sub.verbs,
    })),
  };
}

function storageVersionHash({ storage }: ServedKind): string {
  const text = `${storage.group}/${storage.version}/${storage.kind}`;
  return createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');
}

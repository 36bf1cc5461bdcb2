// Puts the model together out of what was translated, and translates only what a change concerns. A Service that did not change keeps its very
// frontends and backends, so that an engine sees at once what is new.

import type { V1Ingress, V1Pod, V1Service } from '../api/generated/types.ts';
import type { ServedService } from '../api/relevo/departure.ts';
import { labelSelectorFromMap, labelSelectorFromObject } from '../api/selectors.ts';
import { deepEqual } from '../base/deep-equal.ts';
import { keyOf } from '../client/object-key.ts';
import type { AccessLog, LbModel, SharedSecrets } from '../lb/model.ts';
import { hasBackups } from './backup-candidates.ts';
import type { ChangeSet } from './changes.ts';
import type { LoadBalancerAddresses } from './load-balancer-addresses.ts';
import type { Note } from './note.ts';
import { type Decision, Policies } from './policy/policies.ts';
import { policyNotes } from './policy/policy-notes.ts';
import { expectedPrimaries } from './translate/expected-primaries.ts';
import { type IngressPlaces, noIngresses, ownIngresses, translateIngresses } from './translate/ingress.ts';
import type { CertificateLookup } from './translate/ingress-certificates.ts';
import { type ServiceTranslation, translateService } from './translate/service.ts';
import type { PlaceOptions } from './translate/service-places.ts';
import type { Watched } from './watched.ts';

export interface ModelBuilderOptions {
  readonly watched: Watched;
  readonly places: PlaceOptions;
  readonly ingress: IngressPlaces;
  readonly selfSigned: CertificateLookup['selfSigned'];
  /** Undefined: LoadBalancer Services get no addresses. */
  readonly addresses?: LoadBalancerAddresses;
  readonly trustedProxies: readonly string[];
  readonly accessLog?: AccessLog;
}

/** The model with what goes with it: all of the same moment. */
export interface BuiltModel {
  readonly model: LbModel;
  /** Of LoadBalancer Services, by key. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Pods that are to go. */
  readonly departing: readonly V1Pod[];
}

const none: ReadonlySet<string> = new Set();

export class ModelBuilder {
  readonly #options: ModelBuilderOptions;
  readonly #policies: Policies;
  readonly #decisions = new Map<string, Decision>();
  readonly #translations = new Map<string, ServiceTranslation>();
  #ingress = noIngresses;
  #model: LbModel | undefined;
  #addresses: ReadonlyMap<string, string> = new Map();
  /** Keys, the oldest Service first: of two that want the same port the one that has it keeps it. */
  #order: readonly string[] = [];

  constructor(options: ModelBuilderOptions) {
    this.#options = options;
    const { watched } = options;
    this.#policies = new Policies({
      policiesOf: (key) => watched.policiesOf(key),
      configMap: (namespace, name) => watched.configMaps.lister.find(namespace, name),
      hasBackups: (key, backup) => hasBackups(watched, key, backup),
    });
  }

  /** What is said of each policy, by the key of its Service. */
  get decisions(): ReadonlyMap<string, Decision> {
    return this.#decisions;
  }

  get notes(): readonly Note[] {
    const { watched } = this.#options;
    return [
      ...this.#ingress.notes,
      ...[...this.#translations.values()].flatMap(({ notes }) => notes),
      ...policyNotes(this.#decisions, (key) => watched.policiesOf(key)),
    ];
  }

  /** The Services that have backends. */
  get served(): ServedService[] {
    return this.#order
      .filter((key) => this.#translations.get(key)?.backends.length)
      .map((key) => this.#servedOf(key));
  }

  /** The Ingresses that are served, the oldest first. */
  get ownIngresses(): V1Ingress[] {
    const { ingresses, ingressClasses } = this.#options.watched;
    return ownIngresses(ingresses.lister.list(), (name) => ingressClasses.lister.get(name));
  }

  /** Takes the changes up and gives the whole model of now: the very one of the last time where they make no difference. */
  build(changes: ChangeSet, secrets: SharedSecrets): BuiltModel {
    const dirty = changes.services;
    if (this.#decide(dirty)) changes.ingresses = true;
    // Forgotten first: whatever fails on the way, the next model is put together anew.
    if (changes.serviceList || changes.ingresses || this.#model?.secrets !== secrets) this.#model = undefined;
    if (changes.serviceList) this.#listServices(dirty);
    if (changes.ingresses) this.#routeIngresses(dirty);
    for (const key of dirty) this.#translate(key);
    this.#model ??= this.#assemble(secrets);
    return {
      model: this.#model,
      addresses: this.#addresses,
      departing: this.#options.watched.departingPods(),
    };
  }

  #assemble(secrets: SharedSecrets): LbModel {
    const { accessLog } = this.#options;
    const parts = this.#order.flatMap((key) => this.#translations.get(key) ?? []);
    return {
      frontends: [...parts.flatMap(({ frontends }) => frontends), ...this.#ingress.frontends],
      backends: parts.flatMap(({ backends }) => backends),
      certificates: this.#ingress.certificates,
      secrets,
      ...(accessLog ? { accessLog } : {}),
    };
  }

  /** Returns whether it makes a difference to Ingresses. */
  #decide(keys: Iterable<string>): boolean {
    let changed = false;
    for (const key of keys) {
      const before = this.#decisions.get(key)?.inForce;
      const decision = this.#policies.decide(key, this.#service(key));
      if (decision.verdicts.size > 0) this.#decisions.set(key, decision);
      else this.#decisions.delete(key);
      changed ||= (before === undefined) !== (decision.inForce === undefined);
    }
    return changed;
  }

  #listServices(dirty: Set<string>): void {
    const all = this.#options.watched.services.lister.list().sort(byAge);
    this.#order = all.map(keyOf);
    const assigned = this.#options.addresses?.assign(all) ?? new Map<string, string>();
    for (const key of this.#order) if (assigned.get(key) !== this.#addresses.get(key)) dirty.add(key);
    this.#addresses = assigned;
  }

  #routeIngresses(dirty: Set<string>): void {
    const { watched, ingress, selfSigned, trustedProxies } = this.#options;
    const before = this.#ingress.ports;
    const lookup = {
      service: (key: string) => this.#service(key),
      hasPolicy: (key: string) => this.#decisions.get(key)?.inForce !== undefined,
      secret: (key: string) => watched.secrets.lister.get(key),
      selfSigned,
    };
    this.#ingress = translateIngresses(this.ownIngresses, lookup, ingress, trustedProxies);
    const { ports } = this.#ingress;
    for (const key of new Set([...before.keys(), ...ports.keys()])) {
      if (!isSameSet(before.get(key) ?? none, ports.get(key) ?? none)) dirty.add(key);
    }
  }

  #translate(key: string): void {
    const service = this.#service(key);
    const translation = service && this.#translationOf(key, service);
    if (deepEqual(this.#translations.get(key), translation)) return;
    this.#model = undefined;
    if (translation) this.#translations.set(key, translation);
    else this.#translations.delete(key);
  }

  #translationOf(key: string, service: V1Service): ServiceTranslation {
    const { watched, places, trustedProxies } = this.#options;
    const { namespace } = service.metadata;
    const selector = labelSelectorFromMap(service.spec?.selector);
    const inNamespace = { namespace };
    return translateService({
      ...{ key, service, places, trustedProxies },
      policy: this.#decisions.get(key)?.inForce,
      slices: watched.slicesOf(key),
      podByUid: (uid) => watched.podByUid(uid),
      podsOf: (labels) => watched.pods.lister.list({ namespace, selector: labels }),
      nodes: () => watched.nodes.lister.list(),
      expectedPrimaries: (backups) => {
        if (Object.keys(service.spec?.selector ?? {}).length === 0) return undefined;
        const workloads = {
          deployments: watched.deployments.lister.list(inNamespace),
          replicaSets: watched.replicaSets.lister.list(inNamespace),
          pods: watched.pods.lister.list({ namespace, selector }),
        };
        return expectedPrimaries(workloads, selector, backups);
      },
      loadBalancerAddress: this.#addresses.get(key),
      ingressPorts: this.#ingress.ports.get(key) ?? none,
    });
  }

  #service(key: string): V1Service | undefined {
    return this.#options.watched.services.lister.get(key);
  }

  #servedOf(key: string): ServedService {
    const { selector = {} } = this.#service(key)?.spec ?? {};
    const backup = this.#decisions.get(key)?.inForce?.spec.backup;
    const own = Object.keys(selector).length > 0 ? [labelSelectorFromMap(selector).toString()] : [];
    const backups = backup ? [labelSelectorFromObject(backup.selector).toString()] : [];
    return { key, selectors: [...own, ...backups] };
  }
}

function byAge(a: V1Service, b: V1Service): number {
  const [older, younger] = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') || 0);
  return (older ?? 0) - (younger ?? 0) || (keyOf(a) < keyOf(b) ? -1 : 1);
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}

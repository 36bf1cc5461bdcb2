// Which policy is in force for which Service, and what is said of the others. A policy that became bad changes nothing: its last good state
// is remembered, and a balancer that was started since finds it in the policy's status.

import type { V1Condition, V1ConfigMap, V1Service } from '../../api/generated/types.ts';
import type {
  BackendPolicy,
  BackendPolicySpec,
  PolicyBackup,
} from '../../api/relevo/backend-policy-types.ts';
import type { ClientTimeouts } from '../../lb/model.ts';
import {
  type BackendSettings,
  backendSettings,
  clientTimeouts,
  completeSpec,
  plainSorry,
} from '../../lb/policy/settings.ts';
import { contradictionOf } from './contradictions.ts';
import { readSorryPage, type SorryReading } from './sorry-page.ts';

/** What a Service is balanced by. */
export interface PolicyInForce {
  /** Complete. */
  readonly spec: BackendPolicySpec;
  readonly settings: BackendSettings;
  readonly timeouts: ClientTimeouts;
}

export type Verdict = Pick<V1Condition, 'type' | 'status' | 'reason' | 'message'>;

export interface PolicyLookup {
  /** Those that name the Service as their target, in any order. */
  policiesOf(serviceKey: string): readonly BackendPolicy[];
  configMap(namespace: string, name: string): V1ConfigMap | undefined;
  /** Whether there is anything that a policy's backups could be: pods or, for cold ones, a Deployment. */
  hasBackups(serviceKey: string, backup: PolicyBackup): boolean;
}

export interface Decision {
  /** Undefined: the Service has none. */
  readonly inForce: PolicyInForce | undefined;
  /** By the UID of each policy that names the Service. */
  readonly verdicts: ReadonlyMap<string, readonly Verdict[]>;
}

type Reading = PolicyInForce | { readonly refused: Verdict };

export class Policies {
  readonly #lookup: PolicyLookup;
  readonly #lastGood = new Map<string, { uid: string; inForce: PolicyInForce }>();

  constructor(lookup: PolicyLookup) {
    this.#lookup = lookup;
  }

  /** `service` undefined: there is none. */
  decide(key: string, service: V1Service | undefined): Decision {
    const [first, ...others] = [...this.#lookup.policiesOf(key)].sort(byAge);
    const verdicts = new Map<string, readonly Verdict[]>();
    if (!first) this.#lastGood.delete(key);
    if (!first) return { inForce: undefined, verdicts };
    const reading = service ? this.#read(first, service) : { refused: serviceNotFound(first) };
    verdicts.set(first.metadata.uid, this.#verdictsOn(key, reading));
    for (const other of others) verdicts.set(other.metadata.uid, [conflicted(first)]);
    return { inForce: this.#inForce(key, first, reading, service), verdicts };
  }

  #verdictsOn(key: string, reading: Reading): Verdict[] {
    if ('refused' in reading) return [reading.refused];
    const { backup } = reading.spec;
    if (!backup) return [accepted];
    return [accepted, saturation(reading.spec), backupsFound(this.#lookup.hasBackups(key, backup), backup)];
  }

  #inForce(
    key: string,
    policy: BackendPolicy,
    reading: Reading,
    service: V1Service | undefined,
  ): PolicyInForce | undefined {
    const { uid } = policy.metadata;
    const last = this.#lastGood.get(key);
    const remembered = last?.uid === uid ? last.inForce : this.#recall(policy, service);
    const inForce = 'refused' in reading ? remembered : reading;
    // Another policy's last good state is not this one's.
    if (inForce) this.#lastGood.set(key, { uid, inForce });
    else this.#lastGood.delete(key);
    return inForce;
  }

  /** What the status says was accepted once. Its page may be gone since: a plain one takes its place. */
  #recall({ metadata, status }: BackendPolicy, service: V1Service | undefined): PolicyInForce | undefined {
    if (!status?.lastGood || !service) return undefined;
    try {
      const spec = completeSpec(JSON.parse(status.lastGood));
      if (contradictionOf(spec, service) !== undefined) return undefined;
      const sorry = this.#sorryPage(spec, metadata.namespace ?? '');
      const page = 'page' in sorry ? sorry.page : plainSorry;
      return { spec, settings: backendSettings(spec, page), timeouts: clientTimeouts(spec) };
    } catch {
      // Somebody else wrote it.
      return undefined;
    }
  }

  #read({ spec: written, metadata }: BackendPolicy, service: V1Service): Reading {
    const spec = completeSpec(written);
    try {
      const contradiction = contradictionOf(spec, service);
      if (contradiction !== undefined) return { refused: refusal('Invalid', contradiction) };
      const sorry = this.#sorryPage(spec, metadata.namespace ?? '');
      if ('fault' in sorry) return { refused: refusal(sorry.fault, sorry.message) };
      return { spec, settings: backendSettings(spec, sorry.page), timeouts: clientTimeouts(spec) };
    } catch (error) {
      // Written under another schema: the API lets nothing of the kind in.
      return { refused: refusal('Invalid', (error as Error).message) };
    }
  }

  #sorryPage({ sorry }: BackendPolicySpec, namespace: string): SorryReading {
    if (!sorry) return { page: plainSorry };
    const { configMap, retryAfter } = sorry;
    if (!configMap) return { page: { ...plainSorry, retryAfterSeconds: retryAfter } };
    return readSorryPage(this.#lookup.configMap(namespace, configMap.name), configMap, retryAfter);
  }
}

/** The oldest first; of the same second the one with the smaller name. */
function byAge({ metadata: a }: BackendPolicy, { metadata: b }: BackendPolicy): number {
  return Date.parse(a.creationTimestamp) - Date.parse(b.creationTimestamp) || (a.name < b.name ? -1 : 1);
}

const accepted: Verdict = {
  ...{ type: 'Accepted', status: 'True', reason: 'Accepted' },
  message: 'the balancers follow this policy',
};

function backupsFound(found: boolean, { start }: PolicyBackup): Verdict {
  const type = 'BackupsFound';
  const what = start === 'cold' ? 'a Deployment has' : 'there are';
  if (found)
    return { type, status: 'True', reason: 'Found', message: `${what} pods that backup.selector means` };
  const none = start === 'cold' ? 'no Deployment has' : 'there are no';
  return { type, status: 'False', reason: 'NotFound', message: `${none} pods that backup.selector means` };
}

function saturation({ servers }: BackendPolicySpec): Verdict {
  const type = 'SaturationMeasurable';
  if (servers.maxconn !== undefined) {
    const message = 'servers.maxconn says when the primaries are too busy';
    return { type, status: 'True', reason: 'MaxconnSet', message };
  }
  const message = 'without servers.maxconn backups come in only for primaries that are lost';
  return { type, status: 'False', reason: 'NoMaxconn', message };
}

function refusal(reason: string, message: string): Verdict {
  return { type: 'Accepted', status: 'False', reason, message };
}

function serviceNotFound({ spec }: BackendPolicy): Verdict {
  return refusal('ServiceNotFound', `the Service "${spec.targetRef.name}" does not exist`);
}

function conflicted({ metadata }: BackendPolicy): Verdict {
  return refusal('Conflicted', `the policy "${metadata.name}" is older and for the same Service`);
}

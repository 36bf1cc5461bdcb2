// From a BackendPolicy to what the balancer's model says of a backend: the part that does not depend on which servers there are. What
// other configurations write in the same words is read here, too. Pure.

import { durationMs, share } from '../../api/measures.ts';
import { backendPolicySchema } from '../../api/relevo/backend-policy.ts';
import type { BackendPolicySpec, PolicyBackup, PolicyCheck } from '../../api/relevo/backend-policy-types.ts';
import { applySchemaDefaults } from '../../api/schema/default-values.ts';
import type { BackupRule } from '../backup/activation.ts';
import type { Backend, Check, ClientTimeouts, SorryPage } from '../model.ts';

/** What a policy decides; the rest of a Backend is told by whoever knows the servers. */
export type BackendSettings = Omit<Backend, 'name' | 'mode' | 'servers' | 'expectedPrimaries' | 'affinityMs'>;

/** Of a policy without a word about it. */
export const plainSorry: SorryPage = { retryAfterSeconds: 5, variants: [] };

/** The spec with what it does not say: also of objects that an older program stored. The one given stays as it is. */
export function completeSpec(spec: Pick<BackendPolicySpec, 'targetRef'>): BackendPolicySpec {
  const whole = structuredClone({ spec });
  applySchemaDefaults(backendPolicySchema, whole);
  return whole.spec as BackendPolicySpec;
}

/** `spec` is complete. Throws a TypeError for a duration that is none. */
export function backendSettings(spec: BackendPolicySpec, sorry: SorryPage): BackendSettings {
  const { balance, check, observe, retries, persistence, backup, maintenance, drain } = spec;
  return {
    balance,
    ...(check ? { check: checkOf(check) } : {}),
    observe: {
      failures: observe.failures,
      ejectForMs: durationMs(observe.ejectFor),
      maxEjected: share(observe.maxEjected),
    },
    retries,
    ...(persistence ? { persistence: persistence.cookie } : {}),
    ...limitsOf(spec),
    ...(backup ? { backup: backupRule(backup) } : {}),
    sorry,
    ...(maintenance ? { maintenanceUntil: Date.parse(maintenance.until) } : {}),
    drainMs: durationMs(drain.timeout),
  };
}

/** `spec` is complete. */
export function clientTimeouts({ timeouts }: BackendPolicySpec): ClientTimeouts {
  return { clientMs: durationMs(timeouts.client), idleMs: durationMs(timeouts.idle) };
}

function limitsOf({ servers, queue, timeouts }: BackendPolicySpec) {
  const { maxconn, minconn, fullconn, slowstart } = servers;
  return {
    ...(maxconn === undefined ? {} : { maxconn }),
    ...(minconn === undefined ? {} : { minconn }),
    ...(fullconn === undefined ? {} : { fullconn }),
    ...(slowstart === undefined ? {} : { slowstartMs: durationMs(slowstart) }),
    queue: { timeoutMs: durationMs(queue.timeout ?? timeouts.queue), max: queue.max },
    timeouts: {
      connectMs: durationMs(timeouts.connect),
      serverMs: durationMs(timeouts.server),
      tunnelMs: durationMs(timeouts.tunnel),
    },
  };
}

function checkOf({ http, port, inter, timeout, rise, fall, agent }: PolicyCheck): Check {
  return {
    ...(http ? { http } : {}),
    ...(port === undefined ? {} : { port }),
    ...{ interMs: durationMs(inter), timeoutMs: durationMs(timeout), rise, fall },
    ...(agent ? { agent: { port: agent.port, interMs: durationMs(agent.inter) } } : {}),
  };
}

function backupRule({ activate, release, start, slowstart }: PolicyBackup): BackupRule {
  return {
    whenReadyBelow: share(activate.whenReadyBelow),
    whenBusyAbove: share(activate.whenBusyAbove),
    busyForMs: durationMs(activate.for),
    releaseBusyBelow: share(release.whenBusyBelow),
    releaseAfterMs: durationMs(release.after),
    ...{ start, slowstart },
  };
}

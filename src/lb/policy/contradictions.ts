// What a policy's schema cannot refuse: fields that contradict each other. Pure.

import { durationMs, share } from '../../api/measures.ts';
import type { BackendPolicySpec, PolicyBackup } from '../../api/relevo/backend-policy-types.ts';

/**
 * The first one, as a sentence that begins with the field; undefined when there is none. Throws a TypeError for a duration that is none.
 *
 * @param spec complete: see completeSpec().
 * @param prefix stands before the names of fields, such as `spec.`.
 */
export function contradictionIn(spec: BackendPolicySpec, prefix = ''): string | undefined {
  const found = zeroDuration(spec) ?? limitProblem(spec) ?? (spec.backup && backupProblem(spec.backup));
  return found && `${prefix}${found}`;
}

function zeroDuration({ check, timeouts, queue }: BackendPolicySpec): string | undefined {
  const durations: [field: string, text: string | undefined][] = [
    ['check.inter', check?.inter],
    ['check.timeout', check?.timeout],
    ['check.agent.inter', check?.agent?.inter],
    ['queue.timeout', queue.timeout],
    ...Object.entries(timeouts).map(([name, text]): [string, string] => [`timeouts.${name}`, text]),
  ];
  const zero = durations.find(([, text]) => text !== undefined && durationMs(text) === 0);
  return zero && `${zero[0]} must be more than 0`;
}

function limitProblem({ servers: { maxconn, minconn, fullconn } }: BackendPolicySpec): string | undefined {
  if (minconn === undefined && fullconn === undefined) return undefined;
  if (minconn === undefined || fullconn === undefined) return 'servers.minconn and fullconn need each other';
  if (maxconn === undefined) return 'servers.minconn and fullconn need servers.maxconn';
  return minconn > maxconn
    ? `servers.minconn (${minconn}) must not be more than maxconn (${maxconn})`
    : undefined;
}

function backupProblem({ activate, release: { whenBusyBelow } }: PolicyBackup): string | undefined {
  return share(whenBusyBelow) >= share(activate.whenBusyAbove)
    ? `backup.release.whenBusyBelow (${whenBusyBelow}) must be less than activate.whenBusyAbove (${activate.whenBusyAbove}), or backups would come and go`
    : undefined;
}

// Where a policy contradicts the Service it is for, or says who its backups are in a way that means everyone. Pure.

import type { V1Service } from '../../api/generated/types.ts';
import type { BackendPolicySpec } from '../../api/relevo/backend-policy-types.ts';
import { labelSelectorFromObject } from '../../api/selectors.ts';
import { contradictionIn } from '../../lb/policy/contradictions.ts';
import { modeOfPort } from '../translate/service-mode.ts';

/** The first contradiction, as a sentence; undefined when there is none. `spec` is complete. */
export function contradictionOf(spec: BackendPolicySpec, service: V1Service): string | undefined {
  return contradictionIn(spec, 'spec.') ?? selectorProblem(spec) ?? serviceProblem(spec, service);
}

function selectorProblem({ backup }: BackendPolicySpec): string | undefined {
  if (!backup) return undefined;
  try {
    const isEveryone = labelSelectorFromObject(backup.selector).everything;
    return isEveryone ? 'spec.backup.selector must not be empty: every pod would be a backup' : undefined;
  } catch (error) {
    return `spec.backup.selector: ${(error as Error).message}`;
  }
}

function serviceProblem({ servers, persistence }: BackendPolicySpec, service: V1Service): string | undefined {
  const ports = service.spec?.ports ?? [];
  if (servers.from === 'nodes' && !ports.some(({ nodePort }) => nodePort)) {
    return `spec.servers.from is nodes, but the Service "${service.metadata.name}" has no node port: give it the type NodePort or LoadBalancer`;
  }
  if (persistence && ports.every((port) => modeOfPort(port, true) === 'tcp')) {
    return `spec.persistence needs HTTP, but the Service "${service.metadata.name}" has no port with it: see appProtocol`;
  }
  return undefined;
}

// relevo.dev/v1alpha1 BackendPolicy as TypeScript sees it, with its defaults filled in: backend-policy.ts says what each field means.
// Durations are such as `500ms`, shares such as `90%`.

import type { V1Condition } from '../generated/types.ts';
import type { KubeObject } from '../object.ts';
import type { LabelSelectorObject } from '../selectors.ts';

export interface BackendPolicy extends KubeObject {
  spec: BackendPolicySpec;
  status?: BackendPolicyStatus;
}

export interface BackendPolicyStatus {
  observedGeneration?: number;
  conditions?: V1Condition[];
  /** JSON of the last spec that was accepted. */
  lastGood?: string;
}

export interface BackendPolicySpec {
  targetRef: { kind: string; name: string };
  balance: 'roundrobin' | 'leastconn' | 'source' | 'random' | 'first';
  check?: PolicyCheck;
  observe: { failures: number; ejectFor: string; maxEjected: string };
  retries: { attempts: number; redispatch: boolean };
  persistence?: { cookie: { name: string; mode: 'insert' | 'prefix' } };
  servers: PolicyServers;
  queue: { timeout?: string; max: number };
  backup?: PolicyBackup;
  sorry?: { configMap?: { name: string; key: string }; retryAfter: number };
  maintenance?: { until: string };
  drain: { timeout: string };
  timeouts: PolicyTimeouts;
}

export interface PolicyCheck {
  http?: PolicyHttpCheck;
  port?: number;
  inter: string;
  timeout: string;
  rise: number;
  fall: number;
  agent?: { port: number; inter: string };
}

export interface PolicyHttpCheck {
  method: 'GET' | 'HEAD' | 'OPTIONS';
  path: string;
  host?: string;
  expect: string;
  header?: { name: string; value?: string };
  body?: string;
}

export interface PolicyServers {
  from: 'pods' | 'nodes';
  maxconn?: number;
  minconn?: number;
  fullconn?: number;
  slowstart?: string;
}

export interface PolicyBackup {
  selector: LabelSelectorObject;
  activate: { whenReadyBelow: string; whenBusyAbove: string; for: string };
  release: { whenBusyBelow: string; after: string };
  start: 'hot' | 'cold';
  max: number;
  slowstart: boolean;
}

export interface PolicyTimeouts {
  connect: string;
  server: string;
  client: string;
  idle: string;
  tunnel: string;
  queue: string;
}

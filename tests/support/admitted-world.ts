// An API on a store in memory with every admission plugin and a cluster's own objects, for tests of what admission does.

import { generateKeyPairSync } from 'node:crypto';
import type { AnyObject } from '../../src/api/object.ts';
import { type AdmissionParts, admissionPlugins } from '../../src/apiserver/admission/plugins.ts';
import { unionAuthorizer } from '../../src/apiserver/auth/authorizer.ts';
import { TokenKey } from '../../src/apiserver/auth/json-web-token.ts';
import { RbacAuthorizer } from '../../src/apiserver/auth/rbac.ts';
import { installBootstrapObjects } from '../../src/apiserver/bootstrap/bootstrap.ts';
import { systemClock } from '../../src/base/clock.ts';
import { ApiWorld } from './api-world.ts';
import { HeldStore } from './held-store.ts';

export const apiAddress = { serviceIp: '10.96.0.1', host: '172.30.0.1', port: 6443 };

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const tokenKey = new TokenKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());

export class AdmittedWorld extends ApiWorld {
  declare readonly store: HeldStore;

  private constructor(store: HeldStore, parts: Partial<AdmissionParts>) {
    const authorizer = unionAuthorizer([new RbacAuthorizer(store)]);
    const caCertificate = 'CERTIFICATE';
    super({ store, plugins: admissionPlugins({ store, authorizer, tokenKey, caCertificate, ...parts }) });
  }

  static async create(parts: Partial<AdmissionParts> = {}): Promise<AdmittedWorld> {
    const store = new HeldStore();
    await installBootstrapObjects(store, systemClock, apiAddress);
    return AdmittedWorld.on(store, parts);
  }

  /** Another API server on the same store. */
  static on(store: HeldStore, parts: Partial<AdmissionParts> = {}): AdmittedWorld {
    return new AdmittedWorld(store, parts);
  }

  createService(name: string, spec: object, query = ''): Promise<AnyObject> {
    return this.must('POST', `/api/v1/namespaces/default/services${query}`, serviceBody(name, spec));
  }
}

/** With one port unless `spec` has others. */
export function serviceBody(name: string, spec: object = {}): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } };
}

export function podBody(name: string, spec: object = {}): object {
  const containers = [{ name: 'app', image: 'app:1' }];
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } };
}

/** `podSpec` is the template's. */
export function deploymentBody(name: string, podSpec: object = {}): object {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'app', image: 'app:1' }], ...podSpec },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { selector: { matchLabels: labels }, template },
  };
}

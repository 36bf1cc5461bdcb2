// Manifests of applications behind the balancer, as objects: replicas of the built-in web application, and Services in front of them.

export interface WebApp {
  readonly name: string;
  readonly replicas: number;
  /** Of its pods. Default: `app` is its name. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A pod with another one is another pod. */
  readonly version?: string;
  readonly graceSeconds?: number;
  /** Fields of the Deployment's spec. */
  readonly more?: object;
}

/** Its readiness is asked for every second; there is no preStop hook. */
export function webDeployment(app: WebApp): object {
  const { name, replicas, labels = { app: name }, version = '1', graceSeconds = 10, more } = app;
  const container = {
    ...{ name: 'web', image: 'relevo/web', ports: [{ name: 'http', containerPort: 8080 }] },
    env: [{ name: 'VERSION', value: version }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
  };
  const template = {
    metadata: { labels },
    spec: { terminationGracePeriodSeconds: graceSeconds, containers: [container] },
  };
  return {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels } },
    spec: { replicas, selector: { matchLabels: labels }, template, ...more },
  };
}

/** `http` on port 80, for the pods with the labels, on any node port: tests run side by side. */
export function webService(name: string, selector: object = { app: name }, more: object = {}): object {
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
    spec: { type: 'NodePort', selector, ports, ...more },
  };
}

/** For the Service of the same name, unless `spec` names another one. */
export function backendPolicy(name: string, spec: object): object {
  return {
    ...{ apiVersion: 'relevo.dev/v1alpha1', kind: 'BackendPolicy', metadata: { name } },
    spec: { targetRef: { kind: 'Service', name }, ...spec },
  };
}

export function configMap(name: string, data: Readonly<Record<string, string>>): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

export function tlsSecret(name: string, { chain, key }: { chain: string; key: string }): object {
  const stringData = { 'tls.crt': chain, 'tls.key': key };
  return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name }, stringData };
}

interface IngressWish {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: object;
}

export function ingress(name: string, { annotations, spec }: IngressWish): object {
  return {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
    metadata: { name, ...(annotations ? { annotations } : {}) },
    spec,
  };
}

/** A path of an Ingress, to port 80 of the Service. */
export function pathTo(service: string, path = '/', pathType: 'Prefix' | 'Exact' = 'Prefix'): object {
  return { path, pathType, backend: { service: { name: service, port: { number: 80 } } } };
}

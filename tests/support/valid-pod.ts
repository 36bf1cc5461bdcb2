// A pod that passes validation, for tests that break one thing of it.

import type { V1Container, V1Pod } from '../../src/api/generated/types.ts';

export const validPod: V1Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'app:1',
        ports: [{ name: 'http', containerPort: 80 }],
        env: [{ name: 'A', value: 'b' }],
        resources: { limits: { cpu: '1', memory: '1Gi' } },
        volumeMounts: [{ name: 'data', mountPath: '/data' }],
        readinessProbe: { httpGet: { port: 'http' } },
      },
    ],
    initContainers: [{ name: 'setup', image: 'setup:1' }],
    volumes: [{ name: 'data', emptyDir: {} }],
  },
};

/** The path of the container that changeContainer() changes. */
export const firstContainer = 'spec.containers[0]';

/** A change to the first container. */
export function changeContainer(change: (container: V1Container) => void): (object: V1Pod) => void {
  return (object) => change(object.spec.containers[0] as V1Container);
}

export const dnsLabelText =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

// What a pod's spec means where it says nothing: for pods and for the templates of the kinds that make them.

import type {
  V1Container,
  V1ContainerPort,
  V1EnvVar,
  V1EphemeralContainer,
  V1HTTPGetAction,
  V1LifecycleHandler,
  V1PodSpec,
  V1Probe,
} from '../generated/types.ts';
import { resourceDefaults } from './resource-defaults.ts';
import { volumeDefaults } from './volume-defaults.ts';

type AnyContainer = V1Container | V1EphemeralContainer;

/** Changes the spec in place. Doing it twice is the same as once. */
export function podSpecDefaults(spec: V1PodSpec): void {
  spec.containers ??= [];
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.terminationGracePeriodSeconds ??= 30;
  spec.securityContext ??= {};
  spec.schedulerName ||= 'default-scheduler';
  accountDefaults(spec);
  for (const volume of spec.volumes ?? []) volumeDefaults(volume);
  for (const container of spec.initContainers ?? []) containerDefaults(container, spec.hostNetwork);
  for (const container of spec.containers) containerDefaults(container, spec.hostNetwork);
  for (const container of spec.ephemeralContainers ?? []) containerDefaults(container, false);
  if (spec.priority !== undefined) spec.preemptionPolicy ??= 'PreemptLowerPriority';
  for (const constraint of spec.topologySpreadConstraints ?? []) {
    constraint.nodeAffinityPolicy ??= 'Honor';
    constraint.nodeTaintsPolicy ??= 'Ignore';
  }
}

/** `serviceAccount` is the old name of `serviceAccountName`; both are kept, the new one decides. */
function accountDefaults(spec: V1PodSpec): void {
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (!account) return;
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
}

function containerDefaults(container: AnyContainer, hostNetwork: boolean | undefined): void {
  container.imagePullPolicy ||= pullPolicy(container.image ?? '');
  container.terminationMessagePath ||= '/dev/termination-log';
  container.terminationMessagePolicy ||= 'File';
  container.resources ??= {};
  resourceDefaults(container.resources);
  for (const port of container.ports ?? []) portDefaults(port, hostNetwork);
  for (const variable of container.env ?? []) envDefaults(variable);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) probeDefaults(probe);
  }
  if (container.lifecycle) {
    handlerDefaults(container.lifecycle.postStart);
    handlerDefaults(container.lifecycle.preStop);
  }
}

/** An image that is not pinned by a tag or digest may change at any time, so it is looked up at every start. */
function pullPolicy(image: string): 'Always' | 'IfNotPresent' {
  if (image.includes('@')) return 'IfNotPresent';
  const lastPart = image.slice(image.lastIndexOf('/') + 1);
  const colon = lastPart.indexOf(':');
  const tag = colon < 0 ? 'latest' : lastPart.slice(colon + 1);
  return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function portDefaults(port: V1ContainerPort, hostNetwork: boolean | undefined): void {
  port.protocol ||= 'TCP';
  if (hostNetwork && !port.hostPort) port.hostPort = port.containerPort;
}

function envDefaults({ valueFrom }: V1EnvVar): void {
  if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ||= 'v1';
  if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
}

function httpDefaults(action: V1HTTPGetAction | undefined): void {
  if (!action) return;
  action.path ||= '/';
  action.scheme ||= 'HTTP';
}

function handlerDefaults(handler: V1LifecycleHandler | undefined): void {
  httpDefaults(handler?.httpGet);
}

function probeDefaults(probe: V1Probe): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  httpDefaults(probe.httpGet);
  if (probe.grpc) probe.grpc.service ??= '';
}

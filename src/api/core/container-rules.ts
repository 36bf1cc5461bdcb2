// Validation of the containers of a pod: names, images, ports, and what each part of them must be.

import { duplicate, type FieldError, forbidden, invalid, required } from '../field-error.ts';
import { checkName, checkOneOf, checkOptionalOneOf, checkRequiredName } from '../field-rules.ts';
import type { V1Container, V1ContainerPort, V1EphemeralContainer, V1PodSpec } from '../generated/types.ts';
import { dnsLabelProblems, portNameProblems, portNumberProblems } from '../names.ts';
import { envErrors, envFromErrors } from './env-rules.ts';
import { lifecycleErrors, probeErrors } from './probe-rules.ts';
import { resourceErrors } from './resource-rules.ts';
import { containerSecurityErrors } from './security-rules.ts';
import { mountErrors } from './volume-mount-rules.ts';

const protocols = ['SCTP', 'TCP', 'UDP'];
const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];
const notForInit = 'may not be set for init containers without restartPolicy=Always';

/** What the checks of one container need to know of its pod. */
interface ContainerContext {
  volumes: ReadonlySet<string>;
  /** Names already used by containers of any sort. */
  names: Set<string>;
  /** Host ports already used, as `TCP/0.0.0.0/80`. */
  hostPorts: Set<string>;
  gracePeriodSeconds: number;
  hostNetwork: boolean;
}

export function containersErrors(
  spec: V1PodSpec,
  volumes: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  const context: ContainerContext = {
    volumes,
    names: new Set(),
    hostPorts: new Set(),
    gracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    hostNetwork: spec.hostNetwork === true,
  };
  if (!spec.containers?.length) errors.push(required(`${path}.containers`));
  for (const [index, container] of (spec.containers ?? []).entries()) {
    const at = `${path}.containers[${index}]`;
    containerErrors(container, at, context, errors);
    if (container.restartPolicy !== undefined) {
      errors.push(forbidden(`${at}.restartPolicy`, 'may not be set for non-init containers'));
    }
  }
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    initContainerErrors(container, `${path}.initContainers[${index}]`, context, errors);
  }
  for (const [index, container] of (spec.ephemeralContainers ?? []).entries()) {
    ephemeralErrors(container, `${path}.ephemeralContainers[${index}]`, context, errors);
  }
}

function containerErrors(
  container: V1Container,
  path: string,
  context: ContainerContext,
  errors: FieldError[],
): void {
  identityErrors(container, path, context.names, errors);
  checkOneOf(container.imagePullPolicy, pullPolicies, `${path}.imagePullPolicy`, errors);
  checkOneOf(container.terminationMessagePolicy, messagePolicies, `${path}.terminationMessagePolicy`, errors);
  if (container.ports) portErrors(container.ports, `${path}.ports`, context, errors);
  if (container.env) envErrors(container.env, `${path}.env`, errors);
  if (container.envFrom) envFromErrors(container.envFrom, `${path}.envFrom`, errors);
  if (container.volumeMounts) mountErrors(container, `${path}.volumeMounts`, context.volumes, errors);
  resourceErrors(container.resources, `${path}.resources`, errors);
  containerSecurityErrors(container.securityContext, `${path}.securityContext`, errors);
  if (container.livenessProbe)
    probeErrors(container.livenessProbe, 'liveness', `${path}.livenessProbe`, errors);
  if (container.readinessProbe) {
    probeErrors(container.readinessProbe, 'readiness', `${path}.readinessProbe`, errors);
  }
  if (container.startupProbe) probeErrors(container.startupProbe, 'startup', `${path}.startupProbe`, errors);
  if (container.lifecycle) {
    lifecycleErrors(container.lifecycle, `${path}.lifecycle`, context.gracePeriodSeconds, errors);
  }
}

function identityErrors(
  { name, image }: V1Container | V1EphemeralContainer,
  path: string,
  names: Set<string>,
  errors: FieldError[],
): void {
  checkRequiredName(dnsLabelProblems, name, `${path}.name`, errors);
  if (name && names.has(name)) errors.push(duplicate(`${path}.name`, name));
  names.add(name);
  if (!image) errors.push(required(`${path}.image`));
  else if (image.trim() !== image) {
    errors.push(invalid(`${path}.image`, image, 'must not have leading or trailing whitespace'));
  }
}

function initContainerErrors(
  container: V1Container,
  path: string,
  context: ContainerContext,
  errors: FieldError[],
): void {
  // Init containers run one after the other: they may use each other's host ports.
  const own = { ...context, hostPorts: new Set<string>() };
  containerErrors(container, path, own, errors);
  checkOptionalOneOf(container.restartPolicy, ['Always'], `${path}.restartPolicy`, errors);
  if (container.restartPolicy === 'Always') return;
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[field] !== undefined) errors.push(forbidden(`${path}.${field}`, notForInit));
  }
}

function ephemeralErrors(
  container: V1EphemeralContainer,
  path: string,
  { names, volumes }: ContainerContext,
  errors: FieldError[],
): void {
  identityErrors(container, path, names, errors);
  const target = container.targetContainerName;
  if (target && !names.has(target)) {
    errors.push({
      type: 'FieldValueNotFound',
      field: `${path}.targetContainerName`,
      message: `Not found: ${JSON.stringify(target)}`,
    });
  }
  for (const field of ['ports', 'livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const) {
    if (container[field] !== undefined) {
      errors.push(forbidden(`${path}.${field}`, 'cannot be set for an Ephemeral Container'));
    }
  }
  if (container.env) envErrors(container.env, `${path}.env`, errors);
  if (container.envFrom) envFromErrors(container.envFrom, `${path}.envFrom`, errors);
  if (container.volumeMounts) mountErrors(container, `${path}.volumeMounts`, volumes, errors);
}

function portErrors(
  ports: V1ContainerPort[],
  path: string,
  context: ContainerContext,
  errors: FieldError[],
): void {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const at = `${path}[${index}]`;
    if (port.name) {
      checkName(portNameProblems, port.name, `${at}.name`, errors);
      if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      names.add(port.name);
    }
    portNumberErrors(port, at, errors);
    checkOneOf(port.protocol, protocols, `${at}.protocol`, errors);
    hostPortErrors(port, at, context, errors);
  }
}

function portNumberErrors(
  { containerPort, hostPort }: V1ContainerPort,
  path: string,
  errors: FieldError[],
): void {
  if (!containerPort) errors.push(required(`${path}.containerPort`));
  else {
    for (const problem of portNumberProblems(containerPort)) {
      errors.push(invalid(`${path}.containerPort`, containerPort, problem));
    }
  }
  if (!hostPort) return;
  for (const problem of portNumberProblems(hostPort)) {
    errors.push(invalid(`${path}.hostPort`, hostPort, problem));
  }
}

function hostPortErrors(
  { containerPort, hostPort, hostIP = '', protocol }: V1ContainerPort,
  path: string,
  { hostPorts, hostNetwork }: ContainerContext,
  errors: FieldError[],
): void {
  if (hostNetwork && hostPort !== containerPort) {
    errors.push(
      invalid(`${path}.containerPort`, containerPort, 'must match `hostPort` when `hostNetwork` is true'),
    );
  }
  if (!hostPort) return;
  const key = `${protocol}/${hostIP}/${hostPort}`;
  if (hostPorts.has(key)) errors.push(duplicate(`${path}.hostPort`, key));
  hostPorts.add(key);
}

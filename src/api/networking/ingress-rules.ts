// Validation of Ingresses and IngressClasses: hosts, paths, backends, TLS.

import { type FieldError, invalid, notSupported, required, tooLong } from '../field-error.ts';
import { checkName, checkPresent } from '../field-rules.ts';
import type {
  V1HTTPIngressPath,
  V1Ingress,
  V1IngressBackend,
  V1IngressClass,
  V1IngressServiceBackend,
  V1IngressTLS,
} from '../generated/types.ts';
import { isIPv4, isIPv6 } from '../ip-address.ts';
import {
  dns1035LabelProblems,
  dnsSubdomainProblems,
  type NameRule,
  portNameProblems,
  portNumberProblems,
  wildcardHostProblems,
} from '../names.ts';

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badEndings = ['/..', '/.'];
const maxControllerLength = 250;

function hostRule(host: string): NameRule {
  return host.includes('*') ? wildcardHostProblems : dnsSubdomainProblems;
}

export function ingressErrors({ spec = {} }: V1Ingress): FieldError[] {
  const errors: FieldError[] = [];
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
  if (rules.length === 0 && !defaultBackend) {
    errors.push(invalid('spec', rules, 'either `defaultBackend` or `rules` must be specified'));
  }
  if (defaultBackend) backendErrors(defaultBackend, 'spec.defaultBackend', errors);
  for (const [index, { host, http }] of rules.entries()) {
    const at = `spec.rules[${index}]`;
    if (host) hostErrors(host, `${at}.host`, errors);
    if (!http) continue;
    if ((http.paths ?? []).length === 0) errors.push(required(`${at}.http.paths`));
    for (const [position, path] of (http.paths ?? []).entries()) {
      pathErrors(path, `${at}.http.paths[${position}]`, errors);
    }
  }
  for (const [index, entry] of tls.entries()) tlsErrors(entry, `spec.tls[${index}]`, errors);
  if (ingressClassName !== undefined) {
    checkName(dnsSubdomainProblems, ingressClassName, 'spec.ingressClassName', errors);
  }
  return errors;
}

function hostErrors(host: string, field: string, errors: FieldError[]): void {
  if (isIPv4(host) || isIPv6(host)) {
    errors.push(invalid(field, host, 'must be a DNS name, not an IP address'));
  } else checkName(hostRule(host), host, field, errors);
}

function tlsErrors({ hosts, secretName }: V1IngressTLS, path: string, errors: FieldError[]): void {
  for (const [index, host] of (hosts ?? []).entries()) {
    checkName(hostRule(host), host, `${path}.hosts[${index}]`, errors);
  }
  if (secretName) checkName(dnsSubdomainProblems, secretName, `${path}.secretName`, errors);
}

function pathErrors(
  { path = '', pathType, backend }: V1HTTPIngressPath,
  at: string,
  errors: FieldError[],
): void {
  const field = `${at}.path`;
  if (!pathType) errors.push(required(`${at}.pathType`, 'pathType must be specified'));
  else if (!pathTypes.includes(pathType)) errors.push(notSupported(`${at}.pathType`, pathType, pathTypes));
  else if (pathType !== 'ImplementationSpecific' || path !== '') {
    if (!path.startsWith('/')) errors.push(invalid(field, path, 'must be an absolute path'));
    if (pathType !== 'ImplementationSpecific') segmentErrors(path, field, errors);
  }
  backendErrors(backend ?? {}, `${at}.backend`, errors);
}

function segmentErrors(path: string, field: string, errors: FieldError[]): void {
  for (const sequence of badSequences) {
    if (path.includes(sequence)) errors.push(invalid(field, path, `must not contain '${sequence}'`));
  }
  for (const ending of badEndings) {
    if (path.endsWith(ending)) errors.push(invalid(field, path, `cannot end with '${ending}'`));
  }
}

function backendErrors({ service, resource }: V1IngressBackend, path: string, errors: FieldError[]): void {
  if (service && resource) {
    errors.push(invalid(path, '', 'cannot set both resource and service backends'));
  } else if (service) serviceBackendErrors(service, path, errors);
  else if (resource) {
    checkPresent(resource.kind, `${path}.resource.kind`, errors);
    checkPresent(resource.name, `${path}.resource.name`, errors);
  } else errors.push(required(path, 'resource or service backend is required'));
}

function serviceBackendErrors(
  { name, port: { name: portName, number } = {} }: V1IngressServiceBackend,
  path: string,
  errors: FieldError[],
): void {
  if (!name) errors.push(required(`${path}.service.name`));
  else checkName(dns1035LabelProblems, name, `${path}.service.name`, errors);
  if (portName && number) errors.push(invalid(path, '', 'cannot set both port name & port number'));
  else if (portName) checkName(portNameProblems, portName, `${path}.service.port.name`, errors);
  else if (number) {
    for (const problem of portNumberProblems(number)) {
      errors.push(invalid(`${path}.service.port.number`, number, problem));
    }
  } else errors.push(required(path, 'port name or number is required'));
}

export function ingressClassErrors({ spec }: V1IngressClass): FieldError[] {
  const errors: FieldError[] = [];
  const controller = spec?.controller ?? '';
  const field = 'spec.controller';
  if (controller.length > maxControllerLength) errors.push(tooLong(field, maxControllerLength));
  if (checkPresent(controller, field, errors)) controllerErrors(controller, field, errors);
  const parameters = spec?.parameters;
  if (!parameters) return errors;
  checkPresent(parameters.kind, 'spec.parameters.kind', errors);
  checkPresent(parameters.name, 'spec.parameters.name', errors);
  const { scope = '', namespace } = parameters;
  if (scope !== 'Cluster' && scope !== 'Namespace') {
    errors.push(notSupported('spec.parameters.scope', scope, ['Cluster', 'Namespace']));
  }
  if (scope === 'Namespace' && !namespace) {
    errors.push(required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'"));
  }
  if (scope === 'Cluster' && namespace !== undefined) {
    const text = "`parameters.scope` is set to 'Cluster'";
    errors.push({
      type: 'FieldValueForbidden',
      field: 'spec.parameters.namespace',
      message: `Forbidden: ${text}`,
    });
  }
  return errors;
}

/** `example.com/name`. */
function controllerErrors(controller: string, field: string, errors: FieldError[]): void {
  const slash = controller.indexOf('/');
  const host = controller.slice(0, slash);
  const path = controller.slice(slash + 1);
  if (slash <= 0 || path === '') {
    errors.push(invalid(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")'));
    return;
  }
  for (const problem of dnsSubdomainProblems(host)) errors.push(invalid(field, host, problem));
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(path)) {
    const text = "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')";
    errors.push(invalid(field, path, text));
  }
}

// The rules of Ingresses, IngressClasses and EndpointSlices, each with a change that breaks it.

import { ruleTable, set, updateTable } from '../../../tests/support/rule-table.ts';
import { endpointSlice } from '../discovery/endpoint-slice.ts';
import type { V1EndpointSlice, V1Ingress, V1IngressClass } from '../generated/types.ts';
import { ingress } from './ingress.ts';
import { ingressClass } from './ingress-class.ts';

const metadata = { name: 'a', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
const backend = { service: { name: 'web', port: { number: 80 } } };
const valid: V1Ingress = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata,
  spec: { rules: [{ host: 'a.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
};
const path = 'spec.rules[0].http.paths[0]';

ruleTable(ingress, valid, [
  [
    'there is a rule or a default',
    set('spec.rules', []),
    'spec',
    'Invalid',
    'Invalid value: []: either `defaultBackend` or `rules` must be specified',
  ],
  [
    'a host is a name',
    set('spec.rules[0].host', '10.0.0.1'),
    'spec.rules[0].host',
    'Invalid',
    'Invalid value: "10.0.0.1": must be a DNS name, not an IP address',
  ],
  [
    'a wildcard is the first label',
    set('spec.rules[0].host', 'a.*.com'),
    'spec.rules[0].host',
    'Invalid',
    `Invalid value: "a.*.com": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
  ],
  [
    'a rule has paths',
    set('spec.rules[0].http.paths', []),
    'spec.rules[0].http.paths',
    'Required',
    'Required value',
  ],
  [
    'a path has a type',
    set(`${path}.pathType`, undefined),
    `${path}.pathType`,
    'Required',
    'Required value: pathType must be specified',
  ],
  [
    'types are known',
    set(`${path}.pathType`, 'X'),
    `${path}.pathType`,
    'NotSupported',
    'Unsupported value: "X": supported values: "Exact", "ImplementationSpecific", "Prefix"',
  ],
  [
    'a path is absolute',
    set(`${path}.path`, 'a'),
    `${path}.path`,
    'Invalid',
    'Invalid value: "a": must be an absolute path',
  ],
  [
    'a path does not climb',
    set(`${path}.path`, '/a/../b'),
    `${path}.path`,
    'Invalid',
    `Invalid value: "/a/../b": must not contain '/../'`,
  ],
  [
    'a path does not end upwards',
    set(`${path}.path`, '/a/..'),
    `${path}.path`,
    'Invalid',
    `Invalid value: "/a/..": cannot end with '/..'`,
  ],
  [
    'a backend is a Service or a resource',
    set(`${path}.backend`, {}),
    `${path}.backend`,
    'Required',
    'Required value: resource or service backend is required',
  ],
  [
    'a backend is only one',
    set(`${path}.backend.resource`, { kind: 'A', name: 'a' }),
    `${path}.backend`,
    'Invalid',
    'Invalid value: "": cannot set both resource and service backends',
  ],
  [
    'a port is given',
    set(`${path}.backend.service.port`, {}),
    `${path}.backend`,
    'Required',
    'Required value: port name or number is required',
  ],
  [
    'a port is a name or a number',
    set(`${path}.backend.service.port.name`, 'a'),
    `${path}.backend`,
    'Invalid',
    'Invalid value: "": cannot set both port name & port number',
  ],
]);

const slice: V1EndpointSlice = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata,
  addressType: 'IPv4',
  endpoints: [{ addresses: ['127.0.0.9'] }],
  ports: [{ name: 'http', port: 80 }],
};
ruleTable(endpointSlice, slice, [
  [
    'types are known',
    set('addressType', 'X'),
    'addressType',
    'NotSupported',
    'Unsupported value: "X": supported values: "FQDN", "IPv4", "IPv6"',
  ],
  [
    'an endpoint has an address',
    set('endpoints[0].addresses', []),
    'endpoints[0].addresses',
    'Required',
    'Required value: must contain at least 1 address',
  ],
  [
    'addresses fit the type',
    set('endpoints[0].addresses', ['::1']),
    'endpoints[0].addresses[0]',
    'Invalid',
    'Invalid value: "::1": must be an IPv4 address',
  ],
  [
    'a slice is not too long',
    set('endpoints', Array(1001).fill({ addresses: ['10.0.0.1'] })),
    'endpoints',
    'TooMany',
    'Too many: 1001: must have at most 1000 items',
  ],
  [
    'port names are unique',
    (o) => o.ports?.push({ name: 'http', port: 81 }),
    'ports[1].name',
    'Duplicate',
    'Duplicate value: "http"',
  ],
]);
updateTable(endpointSlice, slice, [
  [
    'the type stays',
    set('addressType', 'IPv6'),
    'addressType',
    'Invalid',
    'Invalid value: "IPv6": field is immutable',
  ],
]);

const nginx: V1IngressClass = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata,
  spec: { controller: 'example.com/a' },
};
ruleTable(ingressClass, nginx, [
  ['a controller is named', set('spec.controller', ''), 'spec.controller', 'Required', 'Required value'],
  [
    'with its domain',
    set('spec.controller', 'a'),
    'spec.controller',
    'Invalid',
    'Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")',
  ],
]);
updateTable(ingressClass, nginx, [
  [
    'the controller stays',
    set('spec.controller', 'example.com/b'),
    'spec.controller',
    'Invalid',
    'Invalid value: "example.com/b": field is immutable',
  ],
]);

// The rules of Services, each with a change that breaks it; what is filled in, kept and dropped.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { created, ruleTable, set, updateTable } from '../../../tests/support/rule-table.ts';
import type { V1Service } from '../generated/types.ts';
import { service } from './service.ts';
import { serviceColumns } from './service-columns.ts';

const metadata = { name: 'web', namespace: 'default', uid: '', resourceVersion: '', creationTimestamp: '' };
const valid: V1Service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: {
    selector: { app: 'web' },
    ports: [
      { port: 80, name: 'http' },
      { port: 443, name: 'https' },
    ],
  },
};
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

ruleTable(service, valid, [
  ['a Service has ports', set('spec.ports', []), 'spec.ports', 'Required', 'Required value'],
  [
    'several ports have names',
    set('spec.ports[1].name', ''),
    'spec.ports[1].name',
    'Required',
    'Required value',
  ],
  [
    'names are unique',
    set('spec.ports[1].name', 'http'),
    'spec.ports[1].name',
    'Duplicate',
    'Duplicate value: "http"',
  ],
  [
    'ports are in range',
    set('spec.ports[0].port', 0),
    'spec.ports[0].port',
    'Invalid',
    'Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'ports are unique',
    set('spec.ports[1].port', 80),
    'spec.ports[1]',
    'Duplicate',
    'Duplicate value: core.ServicePort{Name:"", Protocol:"TCP", AppProtocol:(*string)(nil), Port:80, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
  ],
  [
    'protocols are known',
    set('spec.ports[0].protocol', 'X'),
    'spec.ports[0].protocol',
    'NotSupported',
    'Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
  ],
  [
    'target ports could be names',
    set('spec.ports[0].targetPort', 'a--b'),
    'spec.ports[0].targetPort',
    'Invalid',
    'Invalid value: "a--b": must not contain consecutive hyphens',
  ],
  [
    'types are known',
    set('spec.type', 'X'),
    'spec.type',
    'NotSupported',
    'Unsupported value: "X": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ],
  [
    'node ports need their type',
    set('spec.ports[0].nodePort', 30000),
    'spec.ports[0].nodePort',
    'Forbidden',
    "Forbidden: may not be used when `type` is 'ClusterIP'",
  ],
  [
    'an external name is given',
    set('spec.type', 'ExternalName'),
    'spec.externalName',
    'Required',
    'Required value',
  ],
  [
    'an external name is a name',
    set('spec', { type: 'ExternalName', externalName: 'A b' }),
    'spec.externalName',
    'Invalid',
    `Invalid value: "A b": ${subdomain}`,
  ],
  [
    'a headless Service has no node ports',
    set('spec', { type: 'NodePort', clusterIP: 'None', ports: [{ port: 1 }] }),
    'spec.clusterIPs[0]',
    'Invalid',
    `Invalid value: "None": may not be set to 'None' for NodePort services`,
  ],
  [
    'addresses are addresses',
    set('spec.clusterIP', '1.2.3.400'),
    'spec.clusterIPs[0]',
    'Invalid',
    'Invalid value: "1.2.3.400": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
  [
    'affinities are known',
    set('spec.sessionAffinity', 'X'),
    'spec.sessionAffinity',
    'NotSupported',
    'Unsupported value: "X": supported values: "ClientIP", "None"',
  ],
  [
    'affinity ends',
    set('spec', {
      ...valid.spec,
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 90000 } },
    }),
    'spec.sessionAffinityConfig.clientIP.timeoutSeconds',
    'Invalid',
    'Invalid value: 90000: must be greater than 0 and less than 86400',
  ],
  [
    'traffic policies are for the outside',
    set('spec.externalTrafficPolicy', 'Local'),
    'spec.externalTrafficPolicy',
    'Invalid',
    'Invalid value: "Local": may only be set for externally-accessible services',
  ],
  [
    'source ranges are for balancers',
    set('spec.loadBalancerSourceRanges', ['10.0.0.0/8']),
    'spec.loadBalancerSourceRanges',
    'Forbidden',
    "Forbidden: may only be used when `type` is 'LoadBalancer'",
  ],
  [
    'external addresses are real ones',
    set('spec.externalIPs', ['0.0.0.0']),
    'spec.externalIPs[0]',
    'Invalid',
    'Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0 or ::)',
  ],
]);

const allocated: V1Service = {
  ...valid,
  spec: { ...valid.spec, type: 'NodePort', clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
};
updateTable(service, allocated, [
  [
    'the address stays',
    (object) => Object.assign(object.spec, { clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'] }),
    'spec.clusterIPs[0]',
    'Invalid',
    'Invalid value: []string{"10.0.0.2"}: may not change once set',
  ],
]);

describe('an updated Service', () => {
  const old = created(service, allocated);
  for (const [index, port] of (old.spec.ports ?? []).entries()) port.nodePort = 30_000 + index;
  const update = (spec: V1Service['spec']): V1Service['spec'] => {
    const next: V1Service = { ...structuredClone(valid), spec };
    service.defaults?.(next);
    service.prepareUpdate?.(next, old);
    service.defaults?.(next);
    assert.deepEqual(service.validate?.(next), []);
    return next.spec;
  };

  it('keeps what was allocated for it', () => {
    const spec = update({ type: 'NodePort', ports: [{ port: 443, name: 'https' }] });
    assert.equal(spec.clusterIP, '10.0.0.1');
    assert.equal(spec.ports?.[0]?.nodePort, 30_001);
  });

  it('drops the node ports with their type', () => {
    const spec = update({ ...structuredClone(old.spec), type: 'ClusterIP' });
    assert.equal(spec.ports?.[0]?.nodePort, undefined);
    assert.equal(spec.externalTrafficPolicy, undefined);
  });

  it('drops the address when it becomes a name', () => {
    const spec = update({ ...structuredClone(old.spec), type: 'ExternalName', externalName: 'example.com' });
    assert.equal(spec.clusterIP, undefined);
    assert.equal(spec.ipFamilies, undefined);
  });
});

describe('the columns of a Service', () => {
  it('show ports with their node ports and a pending address', () => {
    const object = created(service, {
      ...valid,
      spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30_000 }] },
    });
    const cells = serviceColumns.map((column) => column.value(object, 0));
    assert.deepEqual(cells.slice(1, 5), ['LoadBalancer', '<none>', '<pending>', '80:30000/TCP']);
    assert.equal(cells[6], '<none>');
  });
});

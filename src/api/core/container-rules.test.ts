// The rules of containers and of what they request, each with a change that breaks it.

import { ruleTable } from '../../../tests/support/rule-table.ts';
import { changeContainer, dnsLabelText, firstContainer, validPod } from '../../../tests/support/valid-pod.ts';
import { pod } from './pod.ts';

ruleTable(pod, validPod, [
  [
    'a pod has containers',
    (o) => {
      o.spec.containers = [];
    },
    'spec.containers',
    'Required',
    'Required value',
  ],
  [
    'a container has a name',
    changeContainer((c) => {
      c.name = '';
    }),
    `${firstContainer}.name`,
    'Required',
    'Required value',
  ],
  [
    'its name is a DNS label',
    changeContainer((c) => {
      c.name = 'A_b';
    }),
    `${firstContainer}.name`,
    'Invalid',
    `Invalid value: "A_b": ${dnsLabelText}`,
  ],
  [
    'its name has no dots',
    changeContainer((c) => {
      c.name = 'a.b';
    }),
    `${firstContainer}.name`,
    'Invalid',
    'Invalid value: "a.b": must not contain dots',
  ],
  [
    'names are unique over all containers',
    changeContainer((c) => {
      c.name = 'setup';
    }),
    'spec.initContainers[0].name',
    'Duplicate',
    'Duplicate value: "setup"',
  ],
  [
    'a container has an image',
    changeContainer((c) => {
      c.image = '';
    }),
    `${firstContainer}.image`,
    'Required',
    'Required value',
  ],
  [
    'the image has no blanks around it',
    changeContainer((c) => {
      c.image = ' a';
    }),
    `${firstContainer}.image`,
    'Invalid',
    'Invalid value: " a": must not have leading or trailing whitespace',
  ],
  [
    'pull policies are known',
    changeContainer((c) => {
      c.imagePullPolicy = 'Maybe';
    }),
    `${firstContainer}.imagePullPolicy`,
    'NotSupported',
    'Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    'ports are numbers up to 65535',
    changeContainer((c) => {
      c.ports = [{ containerPort: 70000 }];
    }),
    `${firstContainer}.ports[0].containerPort`,
    'Invalid',
    'Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  [
    'a port has a number',
    changeContainer((c) => {
      c.ports = [{ containerPort: 0 }];
    }),
    `${firstContainer}.ports[0].containerPort`,
    'Required',
    'Required value',
  ],
  [
    'protocols are known',
    changeContainer((c) => {
      c.ports = [{ containerPort: 1, protocol: 'ICMP' }];
    }),
    `${firstContainer}.ports[0].protocol`,
    'NotSupported',
    'Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"',
  ],
  [
    'port names are short',
    changeContainer((c) => {
      c.ports = [{ containerPort: 1, name: 'a-very-long-port-name' }];
    }),
    `${firstContainer}.ports[0].name`,
    'Invalid',
    'Invalid value: "a-very-long-port-name": must be no more than 15 characters',
  ],
  [
    'port names are unique',
    changeContainer((c) => {
      c.ports = [
        { containerPort: 1, name: 'a' },
        { containerPort: 2, name: 'a' },
      ];
    }),
    `${firstContainer}.ports[1].name`,
    'Duplicate',
    'Duplicate value: "a"',
  ],
  [
    'host ports are unique',
    changeContainer((c) => {
      c.ports = [
        { containerPort: 1, hostPort: 80 },
        { containerPort: 2, hostPort: 80 },
      ];
    }),
    `${firstContainer}.ports[1].hostPort`,
    'Duplicate',
    'Duplicate value: "TCP//80"',
  ],
  [
    'only init containers have a restart policy',
    changeContainer((c) => {
      c.restartPolicy = 'Always';
    }),
    `${firstContainer}.restartPolicy`,
    'Forbidden',
    'Forbidden: may not be set for non-init containers',
  ],
  [
    'init containers that end have no probes',
    (o) => {
      o.spec.initContainers = [{ name: 'setup', image: 'a', livenessProbe: { tcpSocket: { port: 1 } } }];
    },
    'spec.initContainers[0].livenessProbe',
    'Forbidden',
    'Forbidden: may not be set for init containers without restartPolicy=Always',
  ],
  [
    'privileged containers may escalate',
    changeContainer((c) => {
      c.securityContext = { privileged: true, allowPrivilegeEscalation: false };
    }),
    `${firstContainer}.securityContext`,
    'Invalid',
    'Invalid value: {"privileged":true,"allowPrivilegeEscalation":false}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
  ],
  [
    'user ids are not negative',
    changeContainer((c) => {
      c.securityContext = { runAsUser: -1 };
    }),
    `${firstContainer}.securityContext.runAsUser`,
    'Invalid',
    'Invalid value: -1: must be between 0 and 4294967295, inclusive',
  ],
]);

ruleTable(pod, validPod, [
  [
    'requests fit the limits',
    changeContainer((c) => {
      c.resources = { requests: { cpu: '2' }, limits: { cpu: '1' } };
    }),
    `${firstContainer}.resources.requests`,
    'Invalid',
    'Invalid value: "2": must be less than or equal to cpu limit of 1',
  ],
  [
    'quantities are not negative',
    changeContainer((c) => {
      c.resources = { limits: { memory: '-1' } };
    }),
    `${firstContainer}.resources.limits[memory]`,
    'Invalid',
    'Invalid value: "-1": must be greater than or equal to 0',
  ],
  [
    'resources are standard ones',
    changeContainer((c) => {
      c.resources = { limits: { gold: '1' } };
    }),
    `${firstContainer}.resources.limits`,
    'Invalid',
    'Invalid value: "gold": must be a standard resource for containers',
  ],
  [
    'extended resources have a limit',
    changeContainer((c) => {
      c.resources = { requests: { 'a.com/gpu': '1' } };
    }),
    `${firstContainer}.resources.limits`,
    'Required',
    'Required value: Limit must be set for non overcommitable resources',
  ],
  [
    'extended resources are not shared',
    changeContainer((c) => {
      c.resources = { requests: { 'a.com/gpu': '1' }, limits: { 'a.com/gpu': '2' } };
    }),
    `${firstContainer}.resources.requests`,
    'Invalid',
    'Invalid value: "1": must be equal to a.com/gpu limit of 2',
  ],
]);

// The rules of where and how a pod runs, each with a change that breaks it.

import { ruleTable } from '../../../tests/support/rule-table.ts';
import { dnsLabelText, validPod } from '../../../tests/support/valid-pod.ts';
import { pod } from './pod.ts';

ruleTable(pod, validPod, [
  [
    'restart policies are known',
    (o) => {
      o.spec.restartPolicy = 'Often';
    },
    'spec.restartPolicy',
    'NotSupported',
    'Unsupported value: "Often": supported values: "Always", "OnFailure", "Never"',
  ],
  [
    'DNS policies are known',
    (o) => {
      o.spec.dnsPolicy = 'X';
    },
    'spec.dnsPolicy',
    'NotSupported',
    'Unsupported value: "X": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
  ],
  [
    'without a policy DNS is configured',
    (o) => {
      o.spec.dnsPolicy = 'None';
    },
    'spec.dnsConfig',
    'Required',
    'Required value: must provide `dnsConfig` when `dnsPolicy` is None',
  ],
  [
    'deadlines are positive',
    (o) => {
      o.spec.activeDeadlineSeconds = 0;
    },
    'spec.activeDeadlineSeconds',
    'Invalid',
    'Invalid value: 0: must be between 1 and 2147483647, inclusive',
  ],
  [
    'a toleration of everything says Exists',
    (o) => {
      o.spec.tolerations = [{}];
    },
    'spec.tolerations[0].operator',
    'Invalid',
    'Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
  [
    'only evictions are put off',
    (o) => {
      o.spec.tolerations = [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 1 }];
    },
    'spec.tolerations[0].effect',
    'Invalid',
    'Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
  ],
  [
    'effects are known',
    (o) => {
      o.spec.tolerations = [{ key: 'a', effect: 'No' }];
    },
    'spec.tolerations[0].effect',
    'NotSupported',
    'Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ],
  [
    'weights are 1 to 100',
    (o) => {
      o.spec.affinity = {
        nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }] },
      };
    },
    'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight',
    'Invalid',
    'Invalid value: 0: must be in the range 1-100',
  ],
  [
    'pod affinity has a topology',
    (o) => {
      o.spec.affinity = {
        podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: '' }] },
      };
    },
    'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey',
    'Required',
    'Required value: can not be empty',
  ],
  [
    'skew is positive',
    (o) => {
      o.spec.topologySpreadConstraints = [
        { maxSkew: 0, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' },
      ];
    },
    'spec.topologySpreadConstraints[0].maxSkew',
    'Invalid',
    'Invalid value: 0: must be greater than zero',
  ],
  [
    'spread constraints differ',
    (o) => {
      o.spec.topologySpreadConstraints = [1, 2].map((maxSkew) => ({
        maxSkew,
        topologyKey: 'a',
        whenUnsatisfiable: 'DoNotSchedule',
      }));
    },
    'spec.topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}',
    'Duplicate',
    'Duplicate value: "{a, DoNotSchedule}"',
  ],
  [
    'gated pods have no node',
    (o) => {
      o.spec.schedulingGates = [{ name: 'a' }];
      o.spec.nodeName = 'n';
    },
    'spec.nodeName',
    'Forbidden',
    'Forbidden: cannot be set until all schedulingGates have been cleared',
  ],
  [
    'host names are DNS labels',
    (o) => {
      o.spec.hostname = 'A';
    },
    'spec.hostname',
    'Invalid',
    `Invalid value: "A": ${dnsLabelText}`,
  ],
  [
    'node selectors are labels',
    (o) => {
      o.spec.nodeSelector = { a: 'x y' };
    },
    'spec.nodeSelector',
    'Invalid',
    "Invalid value: \"x y\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  [
    'host aliases are addresses',
    (o) => {
      o.spec.hostAliases = [{ ip: '1.2.3', hostnames: [] }];
    },
    'spec.hostAliases[0].ip',
    'Invalid',
    'Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ],
]);

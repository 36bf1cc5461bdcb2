// The rules of probes and hooks, each with a change that breaks it.

import { ruleTable } from '../../../tests/support/rule-table.ts';
import { changeContainer, firstContainer, validPod } from '../../../tests/support/valid-pod.ts';
import type { V1Pod, V1Probe } from '../generated/types.ts';
import { pod } from './pod.ts';

/** A liveness probe in the first container. */
function liveness(probe: V1Probe): (object: V1Pod) => void {
  return changeContainer((container) => {
    container.livenessProbe = probe;
  });
}

ruleTable(pod, validPod, [
  [
    'a probe has a handler',
    liveness({}),
    `${firstContainer}.livenessProbe`,
    'Required',
    'Required value: must specify a handler type',
  ],
  [
    'a probe has one handler',
    liveness({ httpGet: { port: 1 }, tcpSocket: { port: 1 } }),
    `${firstContainer}.livenessProbe.tcpSocket`,
    'Forbidden',
    'Forbidden: may not specify more than 1 handler type',
  ],
  [
    'liveness needs one success',
    liveness({ tcpSocket: { port: 1 }, successThreshold: 2 }),
    `${firstContainer}.livenessProbe.successThreshold`,
    'Invalid',
    'Invalid value: 2: must be 1',
  ],
  [
    'times are not negative',
    liveness({ tcpSocket: { port: 1 }, timeoutSeconds: -1 }),
    `${firstContainer}.livenessProbe.timeoutSeconds`,
    'Invalid',
    'Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'schemes are known',
    liveness({ httpGet: { port: 1, scheme: 'FTP' } }),
    `${firstContainer}.livenessProbe.httpGet.scheme`,
    'NotSupported',
    'Unsupported value: "FTP": supported values: "HTTP", "HTTPS"',
  ],
  [
    'a named port could be one',
    liveness({ httpGet: { port: '' } }),
    `${firstContainer}.livenessProbe.httpGet.port`,
    'Invalid',
    'Invalid value: "": must contain at least one letter (a-z)',
  ],
  [
    'exec has a command',
    liveness({ exec: {} }),
    `${firstContainer}.livenessProbe.exec.command`,
    'Required',
    'Required value',
  ],
  [
    'a readiness probe kills nothing',
    changeContainer((c) => {
      c.readinessProbe = { tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 1 };
    }),
    `${firstContainer}.readinessProbe.terminationGracePeriodSeconds`,
    'Invalid',
    'Invalid value: 1: must not be set for readinessProbes',
  ],
  [
    'a hook sleeps less than the grace period',
    changeContainer((c) => {
      c.lifecycle = { preStop: { sleep: { seconds: 99 } } };
    }),
    `${firstContainer}.lifecycle.preStop.sleep`,
    'Invalid',
    'Invalid value: 99: must be greater than 0 and less than terminationGracePeriodSeconds (30)',
  ],
]);

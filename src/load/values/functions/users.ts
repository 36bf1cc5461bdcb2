// Functions that say who asks, and from where.

import { hostname, networkInterfaces } from 'node:os';
import { stored, type TemplateFunction } from './function.ts';

export const userFunctions: Readonly<Record<string, TemplateFunction>> = {
  __threadNum: { least: 0, most: 1, call: (_, { userNumber }) => String(userNumber) },
  __threadGroupName: { least: 0, most: 1, call: (_, { group }) => group },
  __samplerName: {
    least: 0,
    most: 1,
    call: ([variable], context) => stored(context, variable, context.label),
  },
  __TestPlanName: { least: 0, most: 1, call: (_, { planName }) => planName },
  __machineName: { least: 0, most: 1, call: ([variable], context) => stored(context, variable, hostname()) },
  __machineIP: { least: 0, most: 1, call: ([variable], context) => stored(context, variable, machineIp()) },
  /** They write to JMeter's log; here is none of that. */
  __log: { least: 1, most: 4, call: ([text = '']) => text },
  __logn: { least: 1, most: 3, call: () => '' },
};

let ip: string | undefined;

function machineIp(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
  ip ??= addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
  return ip;
}

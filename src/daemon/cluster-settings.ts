// What a cluster was started with is kept beside its data, so that the next start finds it the same without being told.

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { replaceFile } from '../base/replace-file.ts';
import { type AccessLogFormat, accessLogFormats } from '../lb/access-log/formats.ts';
import { type EngineName, engineNames } from '../lb/engine.ts';
import { loopbackAddress } from '../machinery/listen-address.ts';
import { ranges } from '../network/loopback/loopback-plan.ts';
import { areMembers, firstMembers, type Members } from './cluster-members.ts';
import { type EdgeSettings, isEdge } from './edge.ts';
import { nodeNames } from './node-names.ts';
import { type NetworkChoice, networkChoices } from './premises/networks.ts';

export const runtimeNames = ['process', 'simulated'] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** Of simulated ones; of plain processes there can be fewer. */
export const mostNodes = 1000;

export interface ClusterSettings {
  readonly apiPort: number;
  readonly nodes: number;
  readonly runtime: RuntimeName;
  /** N of 127.N.0.0/16, which pods and Services have their addresses from; undefined until plain processes have run. */
  readonly loopback?: number;
  /** As it was asked for. */
  readonly network: NetworkChoice;
  /** What moves the traffic. */
  readonly engine: EngineName;
  readonly accessLogFormat: AccessLogFormat;
  /** Where the balancer is reached besides 127.0.0.1, as it was asked for: an IP address, or a wildcard. */
  readonly listen: string;
  /** Undefined until a balancer has run. */
  readonly edge?: EdgeSettings;
  /** The nodes of plain processes; undefined: those called node-1 and so on, as they are while nobody has changed that. */
  readonly members?: Members;
}

const defaults: ClusterSettings = {
  ...{ apiPort: 6443, nodes: 3, runtime: 'process', network: 'auto', engine: 'embedded' },
  ...{ accessLogFormat: 'httplog', listen: loopbackAddress },
};

/** Kept values, and defaults where there are none. Throws when the file was damaged. */
export function readSettings(dataDir: string): ClusterSettings {
  const file = fileIn(dataDir);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // Where there can be no folder there are no settings: who makes the folder tells of it.
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return defaults;
    throw error;
  }
  const settings = parsed(text);
  if (settings && isValid(settings)) return settings;
  throw new Error(`${file} is damaged: mend it, or delete it to start with the defaults`);
}

function parsed(text: string): ClusterSettings | undefined {
  try {
    return { ...defaults, ...JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isValid(settings: ClusterSettings): boolean {
  const { apiPort, nodes, runtime, loopback, network, engine, edge, members } = settings;
  return (
    isWithin(apiPort, 1, 65_535) &&
    isWithin(nodes, 1, mostNodes) &&
    runtimeNames.includes(runtime) &&
    networkChoices.includes(network) &&
    engineNames.includes(engine) &&
    accessLogFormats.includes(settings.accessLogFormat) &&
    isIP(settings.listen) !== 0 &&
    (edge === undefined || isEdge(edge)) &&
    (loopback === undefined || isWithin(loopback, ranges.first, ranges.last)) &&
    (members === undefined || areMembers(members))
  );
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}

/** Of plain processes, whatever the nodes are made of now. */
export function membersOf({ members, nodes }: ClusterSettings): Members {
  return members ?? firstMembers(nodes);
}

/** What the nodes are called. */
export function namesOf(settings: ClusterSettings): string[] {
  if (settings.runtime === 'simulated') return nodeNames(settings.nodes);
  return membersOf(settings).map(({ name }) => name);
}

export function keepSettings(dataDir: string, settings: ClusterSettings): void {
  replaceFile(fileIn(dataDir), `${JSON.stringify(settings, null, 2)}\n`, 0o600);
}

function fileIn(dataDir: string): string {
  return path.join(dataDir, 'cluster.json');
}

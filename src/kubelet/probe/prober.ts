// Carries one try of a probe out: over HTTP, TCP, or by a program in the container.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { V1ContainerPort, V1HTTPGetAction, V1Probe } from '../../api/generated/types.ts';
import type { Runtime, StreamSession } from '../../runtime/runtime.ts';
import type { ProbeOutcome } from './probe-state.ts';

/** Who is asked. */
export interface ProbeTarget {
  containerId: string;
  podIp: string;
  ports: readonly V1ContainerPort[];
}

export interface Prober {
  /** Never rejects: whatever goes wrong is a failure with a message. An abort of the signal ends it at once. */
  probe(probe: V1Probe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome>;
}

/** So much of an answer stands in the event. */
const longestMessage = 1_024;

export class NetworkProber implements Prober {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  async probe(probe: V1Probe, target: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome> {
    try {
      if (probe.httpGet) return await httpGet(probe.httpGet, target, signal);
      if (probe.tcpSocket) return await tcpConnect(probe.tcpSocket, target, signal);
      if (probe.exec) return await this.#exec(probe.exec.command ?? [], target, signal);
      return failed('this kind of probe is not supported here: use httpGet, tcpSocket or exec');
    } catch (error) {
      return failed(error instanceof Error ? error.message : String(error));
    }
  }

  async #exec(command: string[], { containerId }: ProbeTarget, signal: AbortSignal): Promise<ProbeOutcome> {
    const session = await this.#runtime.exec(containerId, { command }, signal);
    try {
      const [output, { exitCode }] = await Promise.all([outputOf(session), session.exited]);
      return { success: exitCode === 0, message: output };
    } finally {
      await session.close();
    }
  }
}

function failed(message: string): ProbeOutcome {
  return { success: false, message: message.slice(0, longestMessage) };
}

async function outputOf({ stdout, stderr }: StreamSession): Promise<string> {
  const collect = async (stream: AsyncIterable<unknown>): Promise<string> => {
    let text = '';
    // All of it is read, or the program would block; only the beginning is kept.
    for await (const chunk of stream) if (text.length < longestMessage) text += String(chunk);
    return text;
  };
  const [out, err] = await Promise.all([collect(stdout), stderr ? collect(stderr) : '']);
  return `${out}${err}`.slice(0, longestMessage);
}

/** A port by number or by the name it has in the container's spec. */
export function portOf(port: number | string, ports: readonly V1ContainerPort[]): number {
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  const named = ports.find(({ name }) => name === port);
  if (!named) throw new Error(`the container has no port named ${JSON.stringify(port)}`);
  return named.containerPort;
}

function httpGet(
  action: V1HTTPGetAction,
  { podIp, ports }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const isTls = action.scheme === 'HTTPS';
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.32', accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) headers[name] = value;
  const address = { host: action.host || podIp, port: portOf(action.port, ports), path: action.path ?? '/' };
  const options = { ...address, headers, signal, agent: false as const, rejectUnauthorized: false };
  return new Promise((resolve, reject) => {
    const send = isTls ? httpsRequest : httpRequest;
    const sent = send(options, (response) => {
      const code = response.statusCode ?? 0;
      response.destroy();
      resolve(
        code >= 200 && code < 400
          ? { success: true, message: '' }
          : failed(`HTTP probe failed with statuscode: ${code}`),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

function tcpConnect(
  { host, port }: NonNullable<V1Probe['tcpSocket']>,
  { podIp, ports }: ProbeTarget,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const socket = connect({ host: host || podIp, port: portOf(port, ports) });
  const abort = () => socket.destroy(signal.reason);
  signal.addEventListener('abort', abort);
  return new Promise<ProbeOutcome>((resolve, reject) => {
    socket.on('connect', () => resolve({ success: true, message: '' }));
    socket.on('error', reject);
  }).finally(() => {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  });
}

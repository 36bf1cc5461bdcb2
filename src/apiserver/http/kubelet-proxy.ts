// Carries requests on to kubelets: logs as streams, exec, attach and port-forward as tunnels. A tunnel opens only when the kubelet
// answered 101: otherwise the client could go on speaking to the kubelet with the API server's rights (CVE-2018-1002105).

import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { hostAndPort } from '../../api/host-and-port.ts';
import type { ProxyTarget } from '../request.ts';
import { dialError } from './dial-error.ts';
import type { TlsIdentity } from './listener.ts';
import { passedHeaders } from './proxy-headers.ts';
import { announcesBody } from './request-body.ts';

export interface KubeletProxyOptions {
  /** What the API server shows to kubelets, and the authority that signed theirs. */
  tls: TlsIdentity;
  connectTimeoutMs: number;
}

/** A request that asks to change protocols, and what the client sent behind it. */
export interface Upgrade {
  message: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Holds nothing open by itself: what it carries ends with the client's connection. */
export class KubeletProxy {
  readonly #connectTimeoutMs: number;
  readonly #agent: Agent;

  constructor({ tls, connectTimeoutMs }: KubeletProxyOptions) {
    this.#connectTimeoutMs = connectTimeoutMs;
    // No connection is kept: one that a kubelet closes while a request is on its way would need a retry.
    this.#agent = new Agent({ cert: tls.certificate, key: tls.key, ca: tls.ca, keepAlive: false });
  }

  /** Streams a request there and its answer back. Calls `fail` (once, before anything was answered) with a StatusError. */
  carry(response: ServerResponse, target: ProxyTarget, fail: (error: unknown) => void): void {
    const message = response.req;
    const upstream = this.#send(message, target, []);
    upstream.once('response', (answer) => passOn(answer, response));
    upstream.on('error', (error) => {
      if (response.headersSent) response.destroy();
      else if (!response.destroyed) fail(dialError(error, target));
    });
    response.once('close', () => upstream.destroy());
    if (!announcesBody(message)) upstream.end();
    else {
      if (message.headers.expect !== undefined) response.writeContinue();
      upstream.flushHeaders();
      message.pipe(upstream);
    }
  }

  /** As carry() for a request that asks for an upgrade. `refused` makes the answer for one that is not granted. */
  upgrade(
    { message, socket, head }: Upgrade,
    target: ProxyTarget,
    answers: { refused(): ServerResponse; fail(error: unknown): void },
  ): void {
    const upstream = this.#send(message, target, [
      ...['connection', 'Upgrade'],
      ...['upgrade', message.headers.upgrade ?? ''],
    ]);
    const abandon = () => upstream.destroy();
    socket.once('close', abandon);
    upstream.once('upgrade', (answer, kubelet, kubeletHead) => {
      socket.off('close', abandon);
      socket.write(switchingHead(answer));
      join({ stream: socket, head }, { stream: kubelet, head: kubeletHead });
    });
    let isAnswered = false;
    upstream.once('response', (answer) => {
      isAnswered = true;
      passOn(answer, answers.refused());
    });
    upstream.on('error', (error) => {
      if (isAnswered) socket.destroy();
      else if (!socket.destroyed) answers.fail(dialError(error, target));
    });
    upstream.end();
  }

  #send(message: IncomingMessage, target: ProxyTarget, extra: string[]): ClientRequest {
    const { host, port, path, query } = target;
    const upstream = request({
      ...{ host, port, agent: this.#agent, method: message.method },
      path: query === '' ? path : `${path}?${query}`,
      headers: [
        ...['host', hostAndPort(host, port)],
        ...passedHeaders(message.rawHeaders, message.headers.connection),
        ...extra,
      ],
      rejectUnauthorized: !target.insecureSkipTlsVerify,
    });
    upstream.once('socket', (socket) => this.#limitConnect(upstream, socket));
    return upstream;
  }

  #limitConnect(upstream: ClientRequest, socket: Socket): void {
    socket.setNoDelay(true);
    const timer = setTimeout(() => {
      upstream.destroy(Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' }));
    }, this.#connectTimeoutMs);
    const connected = () => clearTimeout(timer);
    socket.once('secureConnect', connected);
    socket.once('close', connected);
  }
}

interface End {
  stream: Duplex;
  /** What was read of it already. */
  head: Buffer;
}

function join(client: End, kubelet: End): void {
  forward(client, kubelet.stream);
  forward(kubelet, client.stream);
}

/** Half-closes pass; a break of one side breaks the other. */
function forward({ stream, head }: End, to: Duplex): void {
  if (head.length > 0) to.write(head);
  stream.pipe(to);
  stream.on('error', () => stream.destroy());
  stream.once('close', () => {
    if (!stream.readableEnded) to.destroy();
  });
}

function passOn(answer: IncomingMessage, response: ServerResponse): void {
  const { statusCode = 502, rawHeaders, headers } = answer;
  // Below 200 it is no answer, and Node throws at some of those.
  response.writeHead(statusCode < 200 ? 502 : statusCode, passedHeaders(rawHeaders, headers.connection));
  // A log that is followed may have nothing to say for a long time.
  response.flushHeaders();
  answer.pipe(response);
  const broken = () => {
    if (!answer.complete) response.destroy();
  };
  answer.once('error', broken);
  answer.once('close', broken);
}

function switchingHead({ rawHeaders, statusMessage }: IncomingMessage): string {
  const lines = [`HTTP/1.1 101 ${statusMessage || 'Switching Protocols'}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

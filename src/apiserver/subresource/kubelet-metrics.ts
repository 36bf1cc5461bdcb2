// Figures from the kubelets: asks every Ready node for its summary when somebody wants to know, and remembers the answers for a second.

import type { Agent, request } from 'undici';
import { isReady } from '../../api/core/readiness.ts';
import type { V1Node } from '../../api/generated/types.ts';
import { hostAndPort } from '../../api/host-and-port.ts';
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../store/store.ts';
import type { TlsIdentity } from '../http/listener.ts';
import { type KubeletAddress, kubeletAddress } from './kubelet-address.ts';
import type { MetricsSource, NodeUsage } from './metrics-source.ts';
import { type StatsSummary, usageOf } from './stats-summary.ts';

export interface KubeletMetricsOptions {
  store: Store;
  clock: Clock;
  /** What the API server shows to kubelets, and the authority that signed theirs. */
  tls: TlsIdentity;
  /** What one kubelet gets to answer. Default 2 s. */
  timeoutMs?: number;
}

interface HttpClient {
  agent: Agent;
  request: typeof request;
}

const path = '/stats/summary';
const defaultTimeoutMs = 2_000;
const rememberedMs = 1_000;
const concurrency = 16;
const maxAnswerBytes = 16 * 1024 * 1024;

export class KubeletMetrics implements MetricsSource {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #tls: TlsIdentity;
  readonly #timeoutMs: number;
  #http: Promise<HttpClient> | undefined;
  #asked: { at: number; answer: Promise<readonly NodeUsage[]> } | undefined;

  constructor({ store, clock, tls, timeoutMs = defaultTimeoutMs }: KubeletMetricsOptions) {
    this.#store = store;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#tls = tls;
  }

  /** A node that is not Ready, does not answer in time or answers nonsense has no figures. */
  nodeUsage(): Promise<readonly NodeUsage[]> {
    const at = this.#clock.monotonic();
    if (this.#asked && at - this.#asked.at < rememberedMs) return this.#asked.answer;
    const answer = this.#askAll();
    this.#asked = { at, answer };
    return answer;
  }

  /** Waits for nothing: requests under way are broken off. Idempotent. */
  async close(): Promise<void> {
    const http = await this.#http;
    await http?.agent.destroy();
  }

  async #askAll(): Promise<NodeUsage[]> {
    const found: NodeUsage[] = [];
    const pending = this.#store.list('nodes/').items.values();
    const worker = async (): Promise<void> => {
      for (const { value } of pending) {
        const usage = await this.#ask(value as unknown as V1Node);
        if (usage) found.push(usage);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    return found;
  }

  async #ask(node: V1Node): Promise<NodeUsage | undefined> {
    const address = isReady(node) ? kubeletAddress(node) : undefined;
    if (!address) return undefined;
    try {
      return usageOf(node.metadata.name, await this.#summary(address), this.#clock.now());
    } catch {
      // The same as having no figures: the node's condition says what is wrong with it, and `kubectl top` shows <unknown>.
      return undefined;
    }
  }

  async #summary({ host, port }: KubeletAddress): Promise<StatsSummary> {
    const name = hostAndPort(host, port);
    const http = await this.#client();
    const { statusCode, body } = await http.request(`https://${name}${path}`, {
      dispatcher: http.agent,
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    if (statusCode === 200) return (await body.json()) as StatsSummary;
    await body.dump();
    throw new Error(`${path} of ${name} answered ${statusCode}`);
  }

  /** Loaded when somebody wants to know: it would be a tenth of the server's start. */
  #client(): Promise<HttpClient> {
    const { ca, certificate: cert, key } = this.#tls;
    const connect = { ca, cert, key, timeout: this.#timeoutMs };
    this.#http ??= import('undici').then(({ Agent, request }) => {
      const agent = new Agent({ connect, maxResponseSize: maxAnswerBytes, connections: 1 });
      return { agent, request };
    });
    return this.#http;
  }
}

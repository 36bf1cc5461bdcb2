// relevo demo: a cluster of its own, three replicas that answer in turn, one killed, and how it comes back. Nothing of it stays.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import type { V1Pod } from '../api/generated/types.ts';
import { systemClock } from '../base/clock.ts';
import { sleep } from '../base/sleep.ts';
import type { Client } from '../client/client.ts';
import { pods, services } from '../client/resources.ts';
import { startCluster } from '../daemon/cluster.ts';
import { podProcesses } from '../daemon/pod-processes.ts';
import { ClusterDir } from '../machinery/cluster-dir.ts';
import { applyManifests } from './apply.ts';
import { withClient } from './cluster-client.ts';
import { demoDeployment, demoService } from './demo-manifests.ts';
import { interruption } from './interruption.ts';
import type { Messages } from './messages/en.ts';
import { withProgress } from './progress.ts';
import { serviceUrls } from './service-urls.ts';
import { messagesOf, verb } from './verb.ts';

const replicas = 3;
const questions = 6;
/** A machine that is slow beyond this has something else to do. */
const patienceMs = 60_000;

export function command(): Command {
  return verb('demo').action(async (_options: object, self: Command) => {
    const messages = messagesOf(self);
    const signal = interruption();
    const home = mkdtempSync(path.join(tmpdir(), 'relevo-demo-'));
    try {
      await inCluster(new ClusterDir('demo', { home }), messages, signal);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    say(messages.demo.done());
    say(messages.demo.next());
  });
}

async function inCluster(dir: ClusterDir, messages: Messages, signal: AbortSignal): Promise<void> {
  say(messages.demo.title());
  const options = { nodes: replicas, runtime: 'process' } as const;
  const starting = startCluster(dir, options, () => {}, signal);
  const cluster = await withProgress(messages.up.starting(dir.name), starting);
  try {
    say(messages.up.nodes(cluster.info.nodes.join(', ')));
    await withClient(dir, (client) => new Demo(dir, client, messages, signal).show());
  } finally {
    await withProgress(messages.up.stopping(), cluster.close());
  }
}

class Demo {
  readonly #dir: ClusterDir;
  readonly #client: Client;
  readonly #messages: Messages;
  readonly #signal: AbortSignal;

  constructor(dir: ClusterDir, client: Client, messages: Messages, signal: AbortSignal) {
    this.#dir = dir;
    this.#client = client;
    this.#messages = messages;
    this.#signal = signal;
  }

  async show(): Promise<void> {
    const { demo } = this.#messages;
    await this.#apply();
    say(demo.waitingForReplicas(replicas));
    const ready = await this.#until(async () => {
      const found = (await this.#pods()).filter(isReady);
      return found.length === replicas ? found : undefined;
    });
    const url = await this.#url();
    await this.#whoAnswers(url);
    const victim = ready[0];
    if (victim) await this.#killAndWait(victim, url);
    await this.#whoAnswers(url);
  }

  async #apply(): Promise<void> {
    say(this.#messages.demo.applying('examples/web'));
    const manifests = [demoDeployment, demoService].map((object) => ({ object, source: 'examples/web' }));
    const results = await applyManifests(this.#client, manifests, () => {}, this.#signal);
    for (const { name, error } of results) if (error !== undefined) throw new Error(`${name}: ${error}`);
  }

  async #url(): Promise<string> {
    const service = await this.#client.resource(services, 'default').get('web');
    const [first] = serviceUrls([service]);
    if (!first) throw new Error('the Service has no address');
    return first.url;
  }

  /** Asks a few times, and on until every replica has answered: one that failed is left alone for a second. */
  async #whoAnswers(url: string): Promise<void> {
    const { demo } = this.#messages;
    say(demo.asking(url));
    const seen = new Set<string>();
    for (let asked = 0; asked < questions || seen.size < replicas; asked++) {
      const who = await this.#until(() => askWanted(url, (pod) => asked < questions || !seen.has(pod)));
      seen.add(who.pod);
      say(demo.answer(who.pod, who.node));
    }
  }

  async #killAndWait(victim: V1Pod, url: string): Promise<void> {
    const { demo } = this.#messages;
    const { name = '', uid = '' } = victim.metadata;
    const [pid] = podProcesses(this.#dir, victim.spec?.nodeName ?? '', uid);
    if (pid === undefined) throw new Error(`no process of ${name} was found on this machine`);
    say(demo.killing(name, pid));
    const begin = systemClock.monotonic();
    process.kill(pid, 'SIGKILL');
    const tally = { asked: 0, failed: 0 };
    await this.#until(async () => {
      tally.asked++;
      if ((await ask(url)) === undefined) tally.failed++;
      const pod = await this.#client.resource(pods, 'default').find(name);
      return pod && restartsOf(pod) > restartsOf(victim) && isReady(pod);
    });
    say(demo.replaced(name, ((systemClock.monotonic() - begin) / 1000).toFixed(1)));
    say(demo.lost(tally.failed, tally.asked));
  }

  async #pods(): Promise<readonly V1Pod[]> {
    const { items } = await this.#client.resource(pods, 'default').list({ labelSelector: 'app=web' });
    return items;
  }

  /** The first answer that is one. Rejects when it is interrupted, and when there is none for a minute. */
  #until<T>(probe: () => Promise<T | undefined | false>): Promise<T> {
    const text = this.#messages.demo.waitingForReplicas(replicas);
    return withProgress(text, eventually(probe, this.#signal));
  }
}

async function eventually<T>(probe: () => Promise<T | undefined | false>, signal: AbortSignal): Promise<T> {
  const deadline = systemClock.monotonic() + patienceMs;
  for (;;) {
    signal.throwIfAborted();
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (systemClock.monotonic() > deadline) {
      throw new Error(`what the demo shows did not happen within ${patienceMs / 1000} s`);
    }
    await sleep(systemClock, 50, signal);
  }
}

/** What the example's replicas say. */
interface Answer {
  pod: string;
  node: string;
}

/** Undefined when nobody answered properly. */
async function ask(url: string): Promise<Answer | undefined> {
  try {
    // A connection of its own each time, as many users have: otherwise one replica would answer all.
    const response = await fetch(url, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(2000),
    });
    return response.ok ? ((await response.json()) as Answer) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when the one who answered is not wanted. */
async function askWanted(url: string, isWanted: (pod: string) => boolean): Promise<Answer | undefined> {
  const who = await ask(url);
  return who && isWanted(who.pod) ? who : undefined;
}

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

function restartsOf({ status }: V1Pod): number {
  return status?.containerStatuses?.[0]?.restartCount ?? 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

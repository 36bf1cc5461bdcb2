// Nodes that are namespaces, with kubelets and pods that do what a test tells them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NetnsFabric } from '../../src/network/netns/netns-fabric.ts';
import type { NetnsNode } from '../../src/network/netns/netns-node.ts';
import { NetnsPlan } from '../../src/network/netns/netns-plan.ts';
import type { PodAttachment } from '../../src/network/pod-network.ts';
import type { Calls } from './netns-agent.ts';

const agentFile = fileURLToPath(new URL('./netns-agent.ts', import.meta.url));

/** No cluster takes it by itself: the claim for it is made by nobody. */
export const number = 253;

/** Gone after the test. */
export async function startFabric(t: TestContext): Promise<NetnsFabric> {
  const fabric = await NetnsFabric.start(new NetnsPlan(number));
  t.after(() => fabric.close());
  return fabric;
}

export class Agent {
  readonly process: ChildProcess;
  #last = 0;

  /** `enter`: what stands before `node`. */
  static async start(enter: readonly string[], node = 0): Promise<Agent> {
    const agent = new Agent(enter, node);
    const gone = once(agent.process, 'exit').then(([code]) => {
      throw new Error(`it ended with code ${code} before it was there`);
    });
    await Promise.race([once(agent.process, 'message'), gone]);
    return agent;
  }

  private constructor(enter: readonly string[], node: number) {
    const [program = '', ...args] = [...enter, process.execPath, agentFile, String(number), String(node)];
    this.process = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.process.setMaxListeners(0);
    // It may be killed while something is being said to it.
    this.process.on('error', () => {});
  }

  /** Rejects with what went wrong there. */
  call<Name extends keyof Calls>(
    name: Name,
    ...args: Parameters<Calls[Name]>
  ): Promise<Awaited<ReturnType<Calls[Name]>>> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const hear = (answer: { id: number; result: never; error?: string }) => {
        if (answer.id !== id) return;
        this.process.off('message', hear);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(answer.error));
      };
      this.process.on('message', hear);
      this.process.send({ id, name, args });
    });
  }
}

export interface World {
  readonly node: NetnsNode;
  readonly kubelet: Agent;
  readonly pods: readonly PodAgent[];
}

export interface PodAgent {
  readonly attachment: PodAttachment;
  readonly address: string;
  readonly agent: Agent;
}

/** A node whose pods all listen on port 5000 of every address. */
export async function startNode(fabric: NetnsFabric, index: number, pods: number): Promise<World> {
  const node = await fabric.startNode(index, `node-${index}`);
  const kubelet = await Agent.start(node.holder.enter, index);
  const uids = Array.from({ length: pods }, (_, each) => `uid-${index}-${each}`);
  return { node, kubelet, pods: await Promise.all(uids.map((uid) => startPod(node, kubelet, uid))) };
}

export async function startPod(
  node: NetnsNode,
  kubelet: Agent,
  uid: string,
  formerIps: string[] = [],
): Promise<PodAgent> {
  const attachment = await kubelet.call('attach', uid, formerIps);
  const agent = await Agent.start([...node.holder.enter, 'nsenter', `--net=${attachment.namespacePath}`]);
  await agent.call('listen', 5000);
  return { attachment, address: attachment.ips[0] ?? '', agent };
}

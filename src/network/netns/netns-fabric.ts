// The network of a cluster whose nodes are namespaces, held from outside: the supervisor starts it, and what the supervisor does not keep
// alive is gone, with every node and every interface. Nothing of the machine's own network is touched.

import { holdNamespaces, type NamespaceHolder } from '../../base/namespaces/namespace-holder.ts';
import { NetnsNode } from './netns-node.ts';
import type { NetnsPlan } from './netns-plan.ts';
import { fabricScript, nodeScript } from './scripts.ts';

export interface NetnsFabricOptions {
  /** In a user namespace: what an ordinary user needs. Default: whether this process is not root. */
  readonly rootless?: boolean;
}

export class NetnsFabric {
  readonly plan: NetnsPlan;
  /** Where the API and the balancer belong: `enter` starts them there. When it ends by itself, the cluster's network is lost. */
  readonly holder: NamespaceHolder;
  /** By index. */
  readonly #nodes = new Map<number, NetnsNode>();

  private constructor(plan: NetnsPlan, holder: NamespaceHolder) {
    this.plan = plan;
    this.holder = holder;
  }

  /** Rejects with an Error in one line where that cannot be done; see whyNoNetns(). */
  static async start(plan: NetnsPlan, options: NetnsFabricOptions = {}): Promise<NetnsFabric> {
    const { rootless = process.getuid?.() !== 0 } = options;
    const holder = await holdNamespaces({
      net: true,
      user: rootless,
      manyUsers: true,
      setUp: fabricScript(plan),
    });
    return new NetnsFabric(plan, holder);
  }

  /**
   * A node that is connected with all others, and on which nothing runs yet; its host name is `name`. One of this index that was there is
   * stopped first. Rejects with an Error in one line.
   */
  async startNode(index: number, name: string): Promise<NetnsNode> {
    await this.#nodes.get(index)?.stop();
    const setUp = nodeScript(this.plan, index);
    const holder = await holdNamespaces({ within: this.holder, net: true, pid: true, hostname: name, setUp });
    const node = new NetnsNode({ index, name, holder, fabric: this.holder });
    this.#nodes.set(index, node);
    return node;
  }

  /** All nodes at once, silently, and the fabric. Whatever else was started in the fabric goes on without it. Idempotent. */
  async close(): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node.stop()));
    this.#nodes.clear();
    this.holder.kill();
    await this.holder.ended;
  }
}

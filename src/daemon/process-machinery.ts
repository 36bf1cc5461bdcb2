// The machinery of a cluster whose nodes are processes of this machine, inside its supervisor. It asks no API: kubelets are the supervisor's
// children, pods are found on the disk and in /proc, and the rest of a node is its ground's.

import { removeFolder } from '../base/remove-folder.ts';
import type { ClusterDir } from '../machinery/cluster-dir.ts';
import type {
  AddedNode,
  HoldOptions,
  KilledBalancer,
  LinkFaults,
  Machinery,
  MachineStatus,
  Membership,
  NoLinkFaults,
  PodName,
  PodProcesses,
} from '../machinery/machinery.ts';
import { MachineryError } from '../machinery/machinery-error.ts';
import type { ChildSpec, ChildStatus } from '../machinery/supervised-child.ts';
import type { Supervisor } from '../machinery/supervisor.ts';
import { kill, markedProcesses } from '../runtime/process/marked-processes.ts';
import { holdPod, releasePod } from '../runtime/process/pod-hold.ts';
import { killEngine } from './balancer-question.ts';
import { type Member, type Members, newMember, withMember, withoutMember } from './cluster-members.ts';
import {
  freezeProcesses,
  NodeTree,
  nodeFolder,
  type PodOnNode,
  programsOf,
  thawProcesses,
} from './node-tree.ts';
import type { KubeletProcess, NodeGround, Premises } from './premises/premises.ts';

export interface ProcessMachineryOptions {
  readonly dir: ClusterDir;
  readonly supervisor: Supervisor;
  readonly premises: Premises;
  readonly members: Members;
  /** After each change: what the next start of the cluster is to find. */
  keep(members: Members): void;
  /** The kubelet's process. Rejects when a new node's has no certificate and nobody there to issue one. */
  specOf(member: Member): Promise<ChildSpec>;
}

/** How long a node that is started may take before the answer is that nobody hears of it yet. */
const readyWithinMs = 10_000;

export class ProcessMachinery implements Machinery, Membership {
  readonly #options: ProcessMachineryOptions;
  readonly #frozen = new Set<string>();
  /** What was started once can be started again without anybody's help. */
  readonly #specs = new Map<string, ChildSpec>();
  #members: Members;
  /** Changes of the members come one after the other. */
  #changing: Promise<unknown> = Promise.resolve();

  /** Before the nodes are started. */
  constructor(options: ProcessMachineryOptions) {
    this.#options = options;
    this.#members = options.members;
    for (const member of this.#members) options.premises.groundOf(member);
  }

  get links(): LinkFaults | NoLinkFaults {
    const { links } = this.#options.premises;
    if ('impossible' in links) return links;
    return {
      cut: async (node) => links.cut(this.#member(node).name),
      heal: async (node) => links.heal(this.#member(node).name),
      slow: async (node, quality) => links.slow(this.#member(node).name, quality),
    };
  }

  async nodes(): Promise<MachineStatus[]> {
    const children = new Map(this.#options.supervisor.list().map((child) => [child.name, child]));
    return this.#members.map((member) => this.#statusOf(member, children.get(member.name)));
  }

  stop(node: string): Promise<void> {
    return this.#change(async () => {
      const member = this.#member(node);
      this.#keep(withMember(this.#members, { ...member, stopped: true }));
      await this.#cutPower(member);
    });
  }

  start(node: string): Promise<boolean> {
    return this.#change(async () => {
      const { name, index, stopped } = this.#member(node);
      if (!stopped) return true;
      return this.#launch({ name, index });
    });
  }

  async freeze(node: string): Promise<void> {
    if (this.#frozen.has(this.#running(node))) return;
    // From the first moment on: a kubelet that is started now would go on.
    this.#frozen.add(node);
    await this.#ground(node).freeze(this.#kubelet(node));
  }

  async thaw(node: string): Promise<void> {
    this.#running(node);
    await this.#ground(node).thaw(this.#kubelet(node));
    this.#frozen.delete(node);
  }

  async killKubelet(node: string): Promise<void> {
    if (this.#frozen.has(this.#running(node)))
      throw new Error(`${node} is frozen: what is started now would wait for it; thaw it first`);
    this.#options.supervisor.kill(node, 'SIGKILL');
  }

  async killBalancer({ engine }: { engine: boolean }): Promise<KilledBalancer> {
    const { supervisor } = this.#options;
    if (engine) return (await supervisor.ask('balancer', killEngine)) as KilledBalancer;
    const pid = supervisor.list().find(({ name }) => name === 'balancer')?.pid;
    if (pid === undefined) throw new Error('the balancer is being started: try again in a moment');
    supervisor.kill('balancer', 'SIGKILL');
    return { pid, engine: '' };
  }

  async killPod(pod: PodName, { hold }: HoldOptions): Promise<PodProcesses> {
    const { node, marker, folder } = this.#pod(pod);
    if (hold) holdPod(folder);
    // Those that they start meanwhile are node-init's; looking again would kill those that take their place.
    const count = programsOf(marker).length;
    for (const pid of markedProcesses(marker)) kill(pid, 'SIGKILL');
    return { node, count };
  }

  async freezePod(pod: PodName, { hold }: HoldOptions): Promise<PodProcesses> {
    const { node, marker, folder } = this.#pod(pod);
    if (hold) holdPod(folder);
    freezeProcesses(() => markedProcesses(marker));
    return { node, count: programsOf(marker).length };
  }

  async thawPod(pod: PodName): Promise<PodProcesses> {
    const { node, marker, folder } = this.#pod(pod);
    if (this.#frozen.has(node)) throw new Error(`${node} is frozen with all that runs on it: thaw the node`);
    releasePod(folder);
    await thawProcesses(() => markedProcesses(marker));
    return { node, count: programsOf(marker).length };
  }

  add(name?: string): Promise<AddedNode> {
    return this.#change(async () => {
      const member = newMember(this.#members, name);
      return { name: member.name, ready: await this.#launch(member) };
    });
  }

  remove(node: string): Promise<void> {
    return this.#change(async () => {
      const member = this.#member(node);
      if (this.#members.length === 1) throw new Error(`${node} is the only node: a cluster has one at least`);
      this.#keep(withoutMember(this.#members, node));
      await this.#cutPower(member);
      const { supervisor, dir } = this.#options;
      if (supervisor.list().some(({ name }) => name === node)) supervisor.forget(node);
      this.#specs.delete(node);
      removeFolder(nodeFolder(dir, node));
    });
  }

  /** All nodes lost their power, and are started anew: nobody stands still any more. */
  losePower(): void {
    this.#frozen.clear();
  }

  /** For the end of the cluster: whoever is frozen would not hear of it. */
  async close(): Promise<void> {
    await Promise.all([...this.#frozen].map((node) => this.#cutPower(this.#member(node))));
  }

  async #launch(member: Member): Promise<boolean> {
    const spec = await this.#specOf(member);
    this.#keep(withMember(this.#members, member));
    const ready = this.#options.supervisor.insist(spec).then(() => true);
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(false), readyWithinMs);
    return Promise.race([ready, late.promise]).finally(() => clearTimeout(timer));
  }

  async #specOf(member: Member): Promise<ChildSpec> {
    const spec = this.#specs.get(member.name) ?? (await this.#options.specOf(member));
    this.#specs.set(member.name, spec);
    return spec;
  }

  /** The kubelet first: it is to report nothing, and to start nothing again. */
  async #cutPower(member: Member): Promise<void> {
    const { name: node } = member;
    const { supervisor, premises } = this.#options;
    const ground = premises.groundOf(member);
    await ground.silence();
    const isThere = supervisor.list().some(({ name }) => name === node);
    let halting: Promise<void> | undefined;
    ground.kill(() => {
      if (isThere) halting = supervisor.halt(node);
    });
    this.#frozen.delete(node);
    await halting;
  }

  #statusOf({ name, index, stopped }: Member, child: ChildStatus | undefined): MachineStatus {
    const state = stopped || !child || child.state === 'stopping' ? 'stopped' : child.state;
    const all = this.#tree(name).pods();
    const namesOf = (pods: readonly PodOnNode[]) => pods.map((pod) => `${pod.namespace}/${pod.name}`).sort();
    return {
      name,
      state: this.#frozen.has(name) ? 'frozen' : state,
      address: this.#options.premises.plan.nodeAddress(index),
      kubeletPid: child?.pid,
      pods: namesOf(all.filter(({ runs }) => runs)),
      heldPods: namesOf(all.filter(({ held }) => held)),
    };
  }

  #member(node: string): Member {
    const member = this.#members.find(({ name }) => name === node);
    if (member) return member;
    const names = this.#members.map(({ name }) => name).join(', ');
    throw new MachineryError('unknown-node', `there is no node "${node}"; there are ${names}`);
  }

  /** Its name. Throws for one whose kubelet does not run. */
  #running(node: string): string {
    const { name, stopped } = this.#member(node);
    if (stopped) throw new Error(`${node} is stopped; "relevo node start ${node}" starts it`);
    if (this.#kubelet(node).pid === undefined)
      throw new Error(`the kubelet of ${node} is being started: try again in a moment`);
    return name;
  }

  #kubelet(node: string): KubeletProcess {
    const { supervisor } = this.#options;
    return {
      pid: supervisor.list().find(({ name }) => name === node)?.pid,
      signal: (signal) => supervisor.kill(node, signal),
    };
  }

  /** Where there is more than one of a name, as on a node that was lost, the one that runs. */
  #pod({ namespace, name }: PodName): PodOnNode & { node: string } {
    const all = this.#members.flatMap(({ name: node }) =>
      this.#tree(node)
        .pods()
        .map((pod) => ({ ...pod, node })),
    );
    const found = all.filter((pod) => pod.namespace === namespace && pod.name === name);
    const pod = found.find(({ runs }) => runs) ?? found[0];
    if (pod) return pod;
    const names = all.flatMap((each) => (each.namespace === namespace ? [each.name] : []));
    const there = names.length > 0 ? `there are ${names.sort().join(', ')}` : 'there is none at all';
    throw new Error(`there is no pod "${name}" of the namespace "${namespace}" on any node; ${there}`);
  }

  #ground(node: string): NodeGround {
    return this.#options.premises.groundOf(this.#member(node));
  }

  #tree(node: string): NodeTree {
    return new NodeTree(this.#options.dir, node);
  }

  #keep(members: Members): void {
    this.#options.keep(members);
    this.#members = members;
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const changed = this.#changing.then(work);
    this.#changing = changed.catch(() => {});
    return changed;
  }
}

// A cluster's machinery that only remembers: which nodes are stopped or frozen, and which pods are held.

import type { ControlPlaneFaults, Machinery, MachineStatus } from '../../../src/machinery/machinery.ts';

import { MachineryError } from '../../../src/machinery/machinery-error.ts';

type State = MachineStatus['state'];

export class FakeMachinery implements Machinery, ControlPlaneFaults {
  readonly states: Map<string, State>;
  readonly held = new Set<string>();
  /** What was called, in order: `start node-1`. */
  readonly calls: string[] = [];
  /** Called before each: throw to refuse it. */
  intercept: (call: string) => void = () => {};
  readonly links = {
    cut: async (node: string) => this.#call(`cut ${node}`),
    heal: async (node: string) => this.#call(`heal ${node}`),
    slow: async (node: string) => this.#call(`slow ${node}`),
  };

  constructor(states: Readonly<Record<string, State>>) {
    this.states = new Map(Object.entries(states));
  }

  async nodes(): Promise<MachineStatus[]> {
    return [...this.states].map(([name, state]) => ({
      ...{ name, state, address: '127.0.0.1', kubeletPid: undefined, pods: [] },
      heldPods: [...this.held],
    }));
  }

  stop(node: string): Promise<void> {
    return this.#change('stop', node, 'stopped');
  }

  async start(node: string): Promise<boolean> {
    await this.#change('start', node, 'running');
    return true;
  }

  freeze(node: string): Promise<void> {
    return this.#change('freeze', node, 'frozen');
  }

  thaw(node: string): Promise<void> {
    return this.#change('thaw', node, 'running');
  }

  async killKubelet(node: string): Promise<void> {
    this.#call(`kill kubelet ${node}`);
  }

  async killBalancer(): Promise<{ pid: number; engine: string }> {
    this.#call('kill balancer');
    return { pid: 1, engine: '' };
  }

  async killControlPlane(): Promise<number> {
    this.#call('kill control plane');
    return 1;
  }

  async killPod({ name }: { name: string }): Promise<{ node: string; count: number }> {
    this.#call(`kill ${name}`);
    return { node: '', count: 1 };
  }

  async freezePod({ name }: { name: string }): Promise<{ node: string; count: number }> {
    this.#call(`freeze ${name}`);
    return { node: '', count: 1 };
  }

  async thawPod({
    namespace,
    name,
  }: {
    namespace: string;
    name: string;
  }): Promise<{ node: string; count: number }> {
    this.#call(`thaw ${name}`);
    this.held.delete(`${namespace}/${name}`);
    return { node: '', count: 1 };
  }

  async #change(verb: string, node: string, state: State): Promise<void> {
    this.#call(`${verb} ${node}`);
    if (!this.states.has(node))
      throw new MachineryError('unknown-node', `there is no node "${node}"; there are none`);
    this.states.set(node, state);
  }

  #call(call: string): void {
    this.calls.push(call);
    this.intercept(call);
  }
}

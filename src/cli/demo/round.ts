// One round of the demo: a node is stopped, the replicas move, the node is started again. It measures on one monotonic clock and refuses to
// call that recovered which did not recover.

import type { Clock } from '../../base/clock.ts';
import { sleep } from '../../base/sleep.ts';
import type { Subscribable } from '../../base/subscribable.ts';
import type { Machinery } from '../../machinery/machinery.ts';
import { Impact } from './impact.ts';
import type { SceneNode, ScenePod } from './scene.ts';
import type { Sample } from './traffic.ts';

export interface RoundTools {
  readonly machinery: Pick<Machinery, 'nodes' | 'stop' | 'start'>;
  readonly scene: { nodes(): SceneNode[]; pods(): ScenePod[] };
  readonly samples: Subscribable<Sample>;
  readonly replicas: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onStep: (step: Step) => void;
}

export interface Step {
  readonly type: 'stopped' | 'starting' | 'returned';
  readonly node: string;
}

export interface RoundResult {
  readonly node: string;
  /** From the fault on, those in flight then included, until the node was back. */
  readonly requests: number;
  readonly failures: number;
  /** See Impact.trafficRtoMs. */
  readonly trafficRtoMs: number;
  /** From the fault until as many replicas as are wanted were Ready on other nodes, as a watch of the pods tells it. */
  readonly capacityRtoMs: number;
}

/** Good traffic that must follow the last failure: what is over is not just pausing. */
const quietMs = 5_000;
/** How long as many replicas as are wanted must have been the only ones, once the node is back. */
const settledMs = 2_000;
/** A machine that is slow beyond this has something else to do. */
const patienceMs = 60_000;
const lookMs = 20;

/** Rejects when a step does not happen within a minute, when the stopped node still answers, and with the signal's reason. */
export async function playRound(tools: RoundTools): Promise<RoundResult> {
  const node = busiestNode(tools.scene.nodes());
  const impact = new Impact(tools.clock.monotonic());
  const ghost = new Ghost(node);
  const unsubscribe = tools.samples.subscribe((sample) => {
    impact.take(sample);
    ghost.take(sample);
  });
  try {
    const { trafficRtoMs, capacityRtoMs } = await loseNode(node, tools, impact, ghost);
    await returnNode(node, tools);
    const { requests, failures } = impact;
    return { node, requests, failures, trafficRtoMs, capacityRtoMs };
  } finally {
    unsubscribe();
  }
}

type Times = Pick<RoundResult, 'trafficRtoMs' | 'capacityRtoMs'>;

async function loseNode(node: string, tools: RoundTools, impact: Impact, ghost: Ghost): Promise<Times> {
  const { machinery, scene, replicas, clock, onStep } = tools;
  await machinery.stop(node);
  // What was killed is still seen for a moment, until the kernel is done with it.
  await until(() => isStopped(node, machinery), `${node} was to be stopped and still had processes`, tools);
  ghost.goneAt = clock.monotonic();
  onStep({ type: 'stopped', node });
  const ready = () => scene.pods().filter((pod) => pod.state === 'ready' && pod.node !== node);
  await until(() => ready().length >= replicas, `${replicas} replicas were not ready without ${node}`, tools);
  const capacityRtoMs = clock.monotonic() - impact.faultAt;
  await until(() => impact.quietMs(clock.monotonic()) >= quietMs, 'requests went on failing', tools);
  ghost.check();
  return { trafficRtoMs: impact.trafficRtoMs, capacityRtoMs };
}

async function returnNode(node: string, tools: RoundTools): Promise<void> {
  const { machinery, scene, replicas, clock, onStep } = tools;
  onStep({ type: 'starting', node });
  await machinery.start(node);
  const isBack = () => scene.nodes().some(({ name, isReady }) => name === node && isReady);
  await until(isBack, `${node} did not come back`, tools);
  let since = clock.monotonic();
  const settled = async () => {
    const isExact = scene.pods().length === replicas && (await running(machinery)) === replicas;
    if (!isExact) since = clock.monotonic();
    return clock.monotonic() - since >= settledMs;
  };
  await until(
    settled,
    `there were not ${replicas} replicas, no more and no less, after ${node} came back`,
    tools,
  );
  onStep({ type: 'returned', node });
}

/** Of those with the most replicas that are ready, the first. */
function busiestNode(nodes: readonly SceneNode[]): string {
  const readyOn = ({ pods }: SceneNode) => pods.filter(({ state }) => state === 'ready').length;
  const [first] = nodes.toSorted((a, b) => readyOn(b) - readyOn(a));
  if (!first) throw new Error('there is no node to stop');
  return first.name;
}

async function isStopped(node: string, machinery: RoundTools['machinery']): Promise<boolean> {
  const status = (await machinery.nodes()).find(({ name }) => name === node);
  return status?.state === 'stopped' && status.pods.length === 0;
}

/** How many pods have processes, on all nodes: the API is not asked. */
async function running(machinery: RoundTools['machinery']): Promise<number> {
  return (await machinery.nodes()).flatMap(({ pods }) => pods).length;
}

async function until(
  reached: () => boolean | Promise<boolean>,
  otherwise: string,
  { clock, signal }: RoundTools,
): Promise<void> {
  const deadline = clock.monotonic() + patienceMs;
  while (!(await reached())) {
    signal.throwIfAborted();
    if (clock.monotonic() > deadline) throw new Error(`${otherwise} within ${patienceMs / 1000} s`);
    await sleep(clock, lookMs, signal);
  }
}

/** Whether a node that is gone answers what was asked after it went: then it never was, and nothing was measured. */
class Ghost {
  goneAt = Number.POSITIVE_INFINITY;
  readonly #node: string;
  #answered = false;

  constructor(node: string) {
    this.#node = node;
  }

  take({ node, sentAt }: Sample): void {
    if (node === this.#node && sentAt > this.goneAt) this.#answered = true;
  }

  check(): void {
    if (this.#answered) throw new Error(`${this.#node} was stopped and answered all the same`);
  }
}

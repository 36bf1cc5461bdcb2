// The simulated node itself: the pods that "run" on it, whatever happens to the runtime that started them. Small: an idle pod is a few
// objects and no timer, so that ten thousand fit into a process.

import type { Random } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { Subscribable } from '../../base/subscribable.ts';
import { NotFoundError } from '../errors.ts';
import type {
  ContainerSpec,
  RuntimeContainer,
  RuntimeEvent,
  RuntimePod,
  RuntimePodSpec,
} from '../runtime.ts';
import { SimulatedContainer } from './container.ts';
import { type Delay, drawMs } from './delay.ts';
import { type DefaultUsage, scriptFor } from './script.ts';

export interface SimulatedMachineOptions {
  clock: Clock;
  /** Draws the delays; see seededRandom(). */
  random: Random;
  /** From a container's start until it runs and is ready, where its pod does not say. Default: at once. */
  readyAfter?: Delay;
  /** Default: 1 millicore and 8 MiB. */
  usage?: DefaultUsage;
}

interface SimulatedPod {
  spec: RuntimePodSpec;
  createdAt: number;
  /** Oldest first; at most two of one name. */
  containers: SimulatedContainer[];
  /** Ends the delay of a start that is under way. */
  wake: (() => void) | undefined;
}

const atOnce: Delay = { kind: 'fixed', ms: 0 };
const littleUsage: DefaultUsage = { cpuMillis: 1, memoryBytes: 8 * 1024 * 1024 };

export class SimulatedMachine {
  readonly events = new Subscribable<RuntimeEvent>();
  readonly clock: Clock;
  readonly #options: Required<SimulatedMachineOptions>;
  readonly #pods = new Map<string, SimulatedPod>();
  readonly #containers = new Map<string, SimulatedContainer>();
  #serial = 0;

  constructor(options: SimulatedMachineOptions) {
    this.clock = options.clock;
    const { readyAfter = atOnce, usage = littleUsage } = options;
    this.#options = { ...options, readyAfter, usage };
  }

  pods(): RuntimePod[] {
    return [...this.#pods.values()].map(snapshotOf);
  }

  running(): SimulatedContainer[] {
    return [...this.#containers.values()].filter((container) => container.isRunning);
  }

  container(id: string): SimulatedContainer | undefined {
    return this.#containers.get(id);
  }

  createPod(spec: RuntimePodSpec): RuntimePod {
    const known = this.#pods.get(spec.uid);
    if (known) return snapshotOf(known);
    const pod = { spec, createdAt: this.clock.now(), containers: [], wake: undefined };
    this.#pods.set(spec.uid, pod);
    return snapshotOf(pod);
  }

  /** Throws as Runtime.startContainer() rejects. */
  async startContainer(uid: string, spec: ContainerSpec, signal?: AbortSignal): Promise<RuntimeContainer> {
    const script = this.#script(this.#podWith(uid).spec, spec.name);
    const { readyAfter, random } = this.#options;
    const afterMs = spec.init ? 0 : (script.readyAfterMs ?? drawMs(readyAfter, random));
    if (afterMs > 0) await this.#delay(this.#podWith(uid), afterMs, signal);
    signal?.throwIfAborted();
    // It may have been removed, or its annotations changed, meanwhile.
    const pod = this.#podWith(uid);
    const id = `${uid}-${spec.name}-${(this.#serial++).toString(36)}`;
    const changed = (container: RuntimeContainer) => this.events.emit({ type: 'container', container });
    const { clock } = this;
    const container = new SimulatedContainer(id, uid, spec, this.#script(pod.spec, spec.name), {
      clock,
      changed,
    });
    this.#keep(pod, container);
    return container.snapshot;
  }

  async #delay(pod: SimulatedPod, ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.clock.after(ms, () => pod.wake?.());
      pod.wake = () => {
        cancel();
        pod.wake = undefined;
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const wake = pod.wake;
      signal?.addEventListener('abort', wake);
    });
  }

  /** Of each name the newest and the one before. */
  #keep(pod: SimulatedPod, container: SimulatedContainer): void {
    const { name, id } = container.snapshot;
    const same = pod.containers.filter((other) => other.snapshot.name === name);
    for (const old of same.slice(0, -1)) {
      this.#containers.delete(old.snapshot.id);
      pod.containers.splice(pod.containers.indexOf(old), 1);
    }
    pod.containers.push(container);
    this.#containers.set(id, container);
  }

  annotate(uid: string, annotations: Readonly<Record<string, string>>): void {
    const pod = this.#pods.get(uid);
    if (!pod) return;
    pod.spec = { ...pod.spec, annotations };
    for (const container of pod.containers) {
      if (container.isRunning) container.follow(this.#script(pod.spec, container.snapshot.name));
    }
  }

  removePod(uid: string): void {
    const pod = this.#pods.get(uid);
    if (!pod) return;
    this.#pods.delete(uid);
    pod.wake?.();
    for (const container of pod.containers) {
      container.end(137, { signal: 9 });
      this.#containers.delete(container.snapshot.id);
    }
  }

  #podWith(uid: string): SimulatedPod {
    const pod = this.#pods.get(uid);
    if (!pod) throw new NotFoundError(`there is no simulated pod with uid ${uid}`);
    return pod;
  }

  #script({ annotations }: RuntimePodSpec, container: string) {
    return scriptFor(annotations, container, this.#options.usage);
  }
}

function snapshotOf({ spec, createdAt, containers }: SimulatedPod): RuntimePod {
  return { spec, createdAt, containers: containers.map(({ snapshot }) => snapshot) };
}

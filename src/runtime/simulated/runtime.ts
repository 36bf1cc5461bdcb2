// A runtime that runs nothing: pods become ready after a while, use what their annotations say, and fail on request. For scale tests and for
// trying things out. The script of a pod is in script.ts.

import type { Subscribable } from '../../base/subscribable.ts';
import { ImageError, NotFoundError, NotSupportedError } from '../errors.ts';
import type {
  AnnotatedRuntime,
  ContainerSpec,
  ContainerUsage,
  ImageRequest,
  LogLine,
  LogOptions,
  ResolvedImage,
  RuntimeContainer,
  RuntimeEvent,
  RuntimePod,
  RuntimePodSpec,
  StopOptions,
  StreamSession,
} from '../runtime.ts';
import { simulatedLog } from './log.ts';
import type { SimulatedMachine } from './machine.ts';

const imageName = /^[a-z0-9][a-z0-9._\-/:]*(@sha256:[0-9a-f]{64})?$|^[a-z0-9][a-z0-9._\-/:]*:[\w][\w.-]*$/;

export class SimulatedRuntime implements AnnotatedRuntime {
  readonly name = 'simulated';
  readonly version = '1.0.0';
  readonly #machine: SimulatedMachine;
  readonly #unsubscribe = new Set<() => void>();
  /** Of the images that pods have named: one object each, however many pods run it. */
  readonly #images = new Map<string, ResolvedImage>();

  /** Several runtimes may be opened on one machine, one after the other: that is a restart of the kubelet. */
  constructor(machine: SimulatedMachine) {
    this.#machine = machine;
  }

  readonly events: Pick<Subscribable<RuntimeEvent>, 'subscribe'> = {
    subscribe: (listener) => {
      const unsubscribe = this.#machine.events.subscribe(listener);
      this.#unsubscribe.add(unsubscribe);
      return () => {
        this.#unsubscribe.delete(unsubscribe);
        unsubscribe();
      };
    },
  };

  async pods(): Promise<RuntimePod[]> {
    return this.#machine.pods();
  }

  async createPod(spec: RuntimePodSpec): Promise<RuntimePod> {
    return this.#machine.createPod(spec);
  }

  /** Every image is there, but those with the tag `missing`. */
  async resolveImage({ image }: ImageRequest): Promise<ResolvedImage> {
    if (!imageName.test(image)) {
      throw new ImageError('InvalidImageName', `${JSON.stringify(image)} is no valid image name`);
    }
    if (image.endsWith(':missing')) {
      throw new ImageError('ErrImagePull', `image ${image} is not there: the tag "missing" simulates that`);
    }
    const known = this.#images.get(image) ?? { name: image, id: `simulated/${image}`, pulled: false };
    this.#images.set(image, known);
    return known;
  }

  startContainer(podUid: string, spec: ContainerSpec, signal?: AbortSignal): Promise<RuntimeContainer> {
    return this.#machine.startContainer(podUid, spec, signal);
  }

  async stopContainer(
    id: string,
    { graceMs }: StopOptions,
    signal?: AbortSignal,
  ): Promise<RuntimeContainer | undefined> {
    signal?.throwIfAborted();
    const stopped = this.#machine.container(id)?.stop(graceMs);
    return signal && stopped ? Promise.race([stopped, rejectedBy(signal)]) : stopped;
  }

  async removePod(podUid: string): Promise<void> {
    this.#machine.removePod(podUid);
  }

  async exec(): Promise<StreamSession> {
    throw new NotSupportedError(
      'simulated pods run no program, so nothing can be executed in them; start the cluster with --runtime process for that',
    );
  }

  async *logs(id: string, options: LogOptions, signal?: AbortSignal): AsyncIterable<LogLine> {
    const container = this.#machine.container(id);
    if (!container) throw new NotFoundError(`there is no simulated container ${id}`);
    yield* simulatedLog(container, this.#machine.clock, options, signal);
  }

  async stats(): Promise<ContainerUsage[]> {
    return this.#machine.running().map((container) => container.usage());
  }

  annotate(podUid: string, annotations: Readonly<Record<string, string>>): void {
    this.#machine.annotate(podUid, annotations);
  }

  /** Ends a running container from outside, as a crash would; false when there is none. */
  fail(podUid: string, container: string, exitCode = 1, reason?: string): boolean {
    const running = this.#machine
      .running()
      .find(({ snapshot }) => snapshot.podUid === podUid && snapshot.name === container);
    running?.end(exitCode, reason === undefined ? {} : { reason });
    return running !== undefined;
  }

  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#unsubscribe.clear();
  }
}

function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

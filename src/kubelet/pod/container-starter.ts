// Starts one container: surroundings, image, environment, program, hook. Whatever goes wrong ends as a reason in the container's record, an
// event, and a time for the next try.

import type { V1Pod } from '../../api/generated/types.ts';
import type { BackoffOptions } from '../../base/backoff.ts';
import { CreateContainerError, CreatePodError, ImageError, RunContainerError } from '../../runtime/errors.ts';
import {
  isDisplacing,
  type Mount,
  type ResolvedImage,
  type RuntimeContainer,
} from '../../runtime/runtime.ts';
import { EnvironmentError } from '../env/environment.ts';
import { VolumeError } from '../pod-volumes.ts';
import { type ContainerRecord, isRunning } from './container-record.ts';
import { containerSpec, runtimePodSpec } from './container-spec.ts';
import { runHook } from './hooks.ts';
import { hostNameHint, hostNameOf } from './host-name.ts';
import { plainlyIgnored } from './plainly-ignored.ts';
import type { PodContext } from './pod-context.ts';
import { podResolver } from './pod-dns.ts';
import type { PodState } from './pod-state.ts';
import { noteExit, noteObstacle, showNothing } from './restart.ts';

/** Every pod is given a token there: nobody asked for it, so nobody is told where it is. */
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';

const dnsConfigIgnored =
  'Without a root of its own the pod resolves names as this machine does: dnsConfig has no effect; it has one with --network netns';

export class ContainerStarter {
  readonly #context: PodContext;
  readonly #state: PodState;

  constructor(context: PodContext, state: PodState) {
    this.#context = context;
    this.#state = state;
  }

  /** Rejects only when aborted. Afterwards the container runs, or the record says why not and when it is tried again. */
  async start(record: ContainerRecord, signal: AbortSignal): Promise<void> {
    try {
      await this.#volumes(signal);
      await this.#prepare(signal);
      const image = await this.#image(record, signal);
      const run = await this.#run(record, image, signal);
      this.#started(record, run);
      await this.#postStart(record, run, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#failed(record, error);
    }
  }

  /** A pod that was found running keeps its addresses. */
  async readopt(): Promise<void> {
    const state = this.#state;
    if (!state.prepared || state.attachment) return;
    state.attachment = await this.#context.network.attach(networkPod(state.pod), state.formerIps);
  }

  /** Its surroundings hold the network that it had, and with it what has run there: all of it goes. */
  async leave(): Promise<void> {
    const { runtime, clock } = this.#context;
    await runtime.removePod(this.#state.uid);
    this.#state.forsake(clock.now());
  }

  /** All that the pod mounts, before anything else of it, as in Kubernetes. */
  async #volumes(signal: AbortSignal): Promise<void> {
    const { volumes, events } = this.#context;
    const { pod, prepared } = this.#state;
    if (!volumes) return;
    const missing = await orAborted(volumes.prepare(pod, signal), signal);
    if (!prepared) for (const message of missing) events.warning(pod, 'VolumeNotSupported', message);
  }

  async #prepare(signal: AbortSignal): Promise<void> {
    const { network, runtime, dns, events } = this.#context;
    const state = this.#state;
    state.attachment ??= await network.attach(networkPod(state.pod), state.formerIps, signal);
    if (state.prepared) return;
    const { settings, problems } = podResolver(state.pod, dns);
    await runtime.createPod(runtimePodSpec(state, settings, dns?.cluster?.domain), signal);
    state.prepared = true;
    for (const problem of problems) events.warning(state.pod, 'DNSConfigForming', problem);
    if (isDisplacing(runtime)) this.#tellPlain();
  }

  #tellPlain(): void {
    const { pod } = this.#state;
    const { events } = this.#context;
    if (pod.spec.dnsConfig) events.warning(pod, 'DNSConfigIgnored', dnsConfigIgnored);
    const fields = plainlyIgnored(pod.spec);
    const message = `Pods of this node are plain processes, so these fields have no effect: ${fields.join(', ')}; "relevo up" says what a pod of its own needs`;
    if (fields.length > 0) events.warning(pod, 'FieldsWithoutEffect', message);
  }

  async #image(record: ContainerRecord, signal: AbortSignal): Promise<ResolvedImage> {
    const { runtime, events, clock } = this.#context;
    const { image: name = '', imagePullPolicy } = record.container;
    const before = clock.monotonic();
    const policy =
      imagePullPolicy === 'Never' || imagePullPolicy === 'Always' ? imagePullPolicy : 'IfNotPresent';
    const image = await runtime.resolveImage({ image: name, policy }, signal);
    const seconds = `${((clock.monotonic() - before) / 1_000).toFixed(3)}s`;
    const text = image.pulled
      ? `Successfully pulled image "${name}" in ${seconds}. Image size: ${image.sizeBytes ?? 0} bytes.`
      : `Container image "${name}" already present on machine`;
    events.start(this.#state.pod, record, 'Pulled', text);
    if (!record.current) this.#warn(record, image.warnings);
    return image;
  }

  async #run(record: ContainerRecord, image: ResolvedImage, signal: AbortSignal): Promise<RuntimeContainer> {
    const { runtime, environment, volumes, events, nodeName, hostIps, allocatable } = this.#context;
    const { pod, podIps, attachment, uid } = this.#state;
    const place = { nodeName, hostIps, podIps, allocatable };
    const own = await orAborted(environment.of(pod, record.container, place), signal);
    const hostname = hostNameOf(pod);
    const env = { HOSTNAME: hostname, ...attachment?.env, ...own };
    const mounts = volumes?.mounts(pod, record.container, env) ?? [];
    const run = await runtime.startContainer(uid, containerSpec(pod, record, { image, env, mounts }), signal);
    events.start(pod, record, 'Created', `Created container: ${record.container.name}`);
    events.start(pod, record, 'Started', `Started container ${record.container.name}`);
    if (run.attempt === 0) {
      this.#tellPlaces(record, mounts);
      this.#tellHostName(record, hostname);
      this.#warn(record, run.warnings);
    }
    return run;
  }

  /** It may work all the same, so it is said once and nothing is held back. */
  #warn(record: ContainerRecord, warnings: readonly string[] = []): void {
    for (const warning of warnings)
      this.#context.events.containerWarning(this.#state.pod, record, 'ImageIncomplete', warning);
  }

  /** A program that opens an absolute path as on Kubernetes would miss its volume without a word. */
  #tellPlaces(record: ContainerRecord, mounts: readonly Mount[]): void {
    const { runtime, events } = this.#context;
    if (!isDisplacing(runtime)) return;
    const displaced = mounts.filter((mount) => mount.target !== tokenPath && mount.source !== mount.target);
    if (displaced.length === 0) return;
    const { rootVariable: root } = runtime;
    const places = displaced.map(({ target }) => `${target} is at $${root}${target}`).join(', ');
    const message = `Without a root of its own the container has its volumes elsewhere: ${places}`;
    events.containerWarning(this.#state.pod, record, 'VolumesElsewhere', message);
  }

  #tellHostName(record: ContainerRecord, podName: string): void {
    const { runtime, events } = this.#context;
    const hint = isDisplacing(runtime) ? hostNameHint(record.container, podName) : undefined;
    if (hint) events.containerNormal(this.#state.pod, record, 'HostNameShared', hint);
  }

  #started(record: ContainerRecord, run: RuntimeContainer): void {
    // Its end may have been told before its start.
    const newest = record.early?.id === run.id ? record.early : run;
    record.early = undefined;
    record.former = record.current ?? record.former;
    record.obstacles = 0;
    showNothing(record);
    if (newest.exit) {
      this.#noteExit(record, newest);
      return;
    }
    const probed = this.#context.prober !== undefined;
    record.current = newest;
    record.replace = undefined;
    record.started = !(probed && record.container.startupProbe);
    record.passing = !(probed && record.container.readinessProbe);
  }

  async #postStart(record: ContainerRecord, run: RuntimeContainer, signal: AbortSignal): Promise<void> {
    const hook = record.container.lifecycle?.postStart;
    if (!hook || !isRunning(record)) return;
    const { events, runtime } = this.#context;
    const problem = await runHook(hook, this.#context, this.#state, record, signal);
    if (problem === undefined || signal.aborted) return;
    events.containerWarning(
      this.#state.pod,
      record,
      'FailedPostStartHook',
      `PostStartHook failed: ${problem}`,
    );
    const graceMs = (this.#state.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000;
    const ended = await runtime.stopContainer(run.id, { graceMs }, signal);
    if (ended && isRunning(record)) this.#noteExit(record, ended);
  }

  #noteExit(record: ContainerRecord, run: RuntimeContainer): void {
    const { clock, timings, random } = this.#context;
    noteExit(record, run, clock.monotonic(), timings.crashBackoff, random);
  }

  #failed(record: ContainerRecord, error: unknown): void {
    const { events, timings, logger } = this.#context;
    const { pod } = this.#state;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ImageError) this.#imageFailed(record, error);
    else if (error instanceof RunContainerError) this.#runFailed(record, message);
    else if (error instanceof VolumeError) this.#volumesFailed(record, error);
    else if (error instanceof EnvironmentError) this.#hold(record, 'CreateContainerConfigError', message);
    else if (error instanceof CreateContainerError) this.#hold(record, 'CreateContainerError', message);
    else if (error instanceof CreatePodError || !this.#state.prepared) {
      events.warning(pod, 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`);
      this.#obstacle(record, { reason: 'ContainerCreating' }, undefined, timings.retryBackoff);
    } else {
      logger.warn('a container could not be started', { pod: this.#state.fullName, error });
      this.#hold(record, 'CreateContainerConfigError', message);
    }
  }

  #hold(record: ContainerRecord, reason: string, message: string): void {
    this.#context.events.containerWarning(this.#state.pod, record, 'Failed', `Error: ${message}`);
    this.#obstacle(record, { reason, message }, undefined, this.#context.timings.retryBackoff);
  }

  #volumesFailed(record: ContainerRecord, { problems, message }: VolumeError): void {
    const { events, timings } = this.#context;
    for (const problem of problems) events.warning(this.#state.pod, 'FailedMount', problem);
    this.#obstacle(record, { reason: 'ContainerCreating', message }, undefined, timings.retryBackoff);
  }

  #imageFailed(record: ContainerRecord, { reason, message }: ImageError): void {
    const { events, timings } = this.#context;
    const { pod } = this.#state;
    const name = record.container.image ?? '';
    const first = record.obstacles === 0;
    const pulling = reason === 'ErrImagePull';
    const backedOff = {
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "${name}": ${reason}: ${message}`,
    };
    const later = pulling ? backedOff : undefined;
    const text = pulling ? `Failed to pull image "${name}": ${message}` : message;
    events.containerWarning(pod, record, pulling ? 'Failed' : reason, text);
    events.containerWarning(pod, record, 'Failed', `Error: ${reason}`);
    if (pulling && !first) {
      events.containerNormal(pod, record, 'BackOff', `Back-off pulling image "${name}"`);
      events.containerWarning(pod, record, 'Failed', 'Error: ImagePullBackOff');
    }
    this.#obstacle(record, { reason, message }, later, timings.imageBackoff);
  }

  /** No program ran, but as far as the restart policy is concerned one did and failed. */
  #runFailed(record: ContainerRecord, message: string): void {
    const { events, clock } = this.#context;
    events.containerWarning(this.#state.pod, record, 'Failed', `Error: ${message}`);
    const now = clock.now();
    const { container, current, former } = record;
    const image = { name: container.image ?? '', id: '', pulled: false };
    const attempt = current ? current.attempt + 1 : 0;
    const exit = { exitCode: 128, finishedAt: now, reason: 'StartError', message };
    const run = {
      id: '',
      podUid: this.#state.uid,
      name: container.name,
      attempt,
      image,
      startedAt: now,
      exit,
    };
    record.former = current ?? former;
    this.#noteExit(record, run);
  }

  #obstacle(
    record: ContainerRecord,
    waiting: { reason: string; message?: string },
    later: { reason: string; message: string } | undefined,
    backoff: BackoffOptions,
  ): void {
    const { clock, random } = this.#context;
    noteObstacle(record, waiting, later, clock.monotonic(), backoff, random);
  }
}

/** Does not wait for an API that is away. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}

function networkPod({ metadata, spec }: V1Pod) {
  const { uid, name, namespace = '' } = metadata;
  const ports = spec.containers.flatMap((container) =>
    (container.ports ?? []).map((port) => ({
      name: port.name,
      port: port.containerPort,
      protocol: port.protocol ?? 'TCP',
    })),
  );
  return { uid, name, namespace, hostNetwork: spec.hostNetwork ?? false, ports };
}

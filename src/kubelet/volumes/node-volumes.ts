// The volumes of the pods of one node whose programs see this machine's files: folders of the node, filled from the API and kept up to date,
// and whatever of the machine a pod names. What is on disk is all there is to know: another process finds it again.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { hasEnded } from '../../api/core/pod-phase.ts';
import type { V1Container, V1EmptyDirVolumeSource, V1Pod, V1Volume } from '../../api/generated/types.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Logger } from '../../base/logger.ts';
import { removeFolder } from '../../base/remove-folder.ts';
import { sleep } from '../../base/sleep.ts';
import { Subscribable } from '../../base/subscribable.ts';
import type { Client } from '../../client/client.ts';
import type { Mount } from '../../runtime/runtime.ts';
import { EnvironmentError } from '../env/environment.ts';
import type { ReferenceReader } from '../env/reference-reader.ts';
import { type OverfullPod, type PodVolumes, VolumeError } from '../pod-volumes.ts';
import { hasPayload, openFolder, type Payload, writePayload } from './atomic-folder.ts';
import { overfull } from './empty-dir-limits.ts';
import { groupOf } from './fs-group.ts';
import { prepareHostPath } from './host-path.ts';
import { freeMemory, useMemory } from './memory-volume.ts';
import { isFilled, isMountedReadOnly, isOffered, kindOf, mountedVolumes } from './mounted-volumes.ts';
import { ServiceAccountTokens } from './service-account-tokens.ts';
import { keepPart, partOf, wantedPart } from './sub-path.ts';
import { VolumeContents } from './volume-contents.ts';

export interface NodeVolumesOptions {
  /** Nobody else's; made when missing. */
  folder: string;
  nodeName: string;
  /** Stands for limits that a container does not have, in files of the downward API. */
  allocatable: Readonly<Record<string, string>>;
  /** For service account tokens. */
  client: Client;
  references: ReferenceReader;
  clock: Clock;
  logger: Logger;
  /**
   * Containers have roots of their own, in which volumes are mounted, and users of their own, who are to have a use of them; this process may
   * mount. Default false: they are folders of this user's, which nobody else is to look into.
   */
  mounted?: boolean;
  /** How often mounted ConfigMaps, Secrets and tokens are compared with the API. Default 2,000. */
  refreshEveryMs?: number;
}

interface TrackedPod {
  pod: V1Pod;
  /** Its updates, one after the other. */
  updated: Promise<void>;
}

/** What controllers give to a new namespace is often there a moment after its first pod. */
const patience = { tries: 3, pauseMs: 100 };

/** As often as Kubernetes' kubelet looks. */
const measureEveryMs = 10_000;

export class NodeVolumes implements PodVolumes {
  readonly overfull = new Subscribable<OverfullPod>();
  readonly #options: NodeVolumesOptions;
  readonly #tokens: ServiceAccountTokens;
  readonly #contents: VolumeContents;
  readonly #pods = new Map<string, TrackedPod>();
  #cancelRound: () => void;
  /** On the monotonic clock. */
  #measuredAt: number;
  #closed = false;

  constructor(options: NodeVolumesOptions) {
    const { folder, client, clock, logger, references, nodeName, allocatable } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#options = options;
    this.#tokens = new ServiceAccountTokens(client, clock, logger);
    const place = { nodeName, hostIps: [], podIps: [], allocatable };
    // Where all of a pod has one user, nobody else has any business with these.
    const secretMask = options.mounted ? 0o777 : 0o700;
    this.#contents = new VolumeContents({ references, tokens: this.#tokens, place, secretMask });
    this.#measuredAt = clock.monotonic();
    this.#cancelRound = this.#nextRound();
  }

  async prepare(pod: V1Pod, signal: AbortSignal): Promise<readonly string[]> {
    const { clock } = this.#options;
    const tracked = this.#track(pod);
    const volumes = mountedVolumes(pod);
    let problems = await this.#setUpAll(tracked, volumes);
    for (let tries = 1; problems.length > 0 && tries < patience.tries; tries++) {
      await sleep(clock, patience.pauseMs, signal);
      signal.throwIfAborted();
      problems = await this.#setUpAll(tracked, volumes);
    }
    if (problems.length > 0) throw new VolumeError(problems);
    return volumes
      .filter((volume) => !isOffered(volume))
      .map((volume) => `volume "${volume.name}" is not there: this node has no ${kindOf(volume)} volumes`);
  }

  mounts(pod: V1Pod, container: V1Container, env: Readonly<Record<string, string>>): Mount[] {
    const byName = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]));
    const copies = path.join(this.#folderOf(pod.metadata.uid), 'parts', container.name);
    return (container.volumeMounts ?? []).flatMap((mount, index) => {
      const volume = byName.get(mount.name);
      if (!volume || !isOffered(volume)) return [];
      const whole = this.#place(pod, volume);
      const copy = isFilled(volume) ? path.join(copies, String(index)) : undefined;
      try {
        const source = partOrWhole(whole, wantedPart(mount, env), copy);
        // As in Kubernetes: what a pod wrote among files that come from the API would not last.
        const readOnly = mount.readOnly === true || isFilled(volume);
        return [{ source, target: mount.mountPath, readOnly }];
      } catch (cause) {
        const where = `volumeMount "${mount.name}" of container "${container.name}"`;
        throw new EnvironmentError(`failed to prepare subPath for ${where}: ${(cause as Error).message}`, {
          cause,
        });
      }
    });
  }

  refresh(pod: V1Pod): void {
    const { uid } = pod.metadata;
    const known = this.#pods.get(uid);
    if (!known && !existsSync(this.#folderOf(uid))) return;
    const old = known?.pod.metadata;
    const tracked = this.#track(pod);
    const { labels, annotations } = pod.metadata;
    if (deepEqual([labels, annotations], [old?.labels, old?.annotations])) return;
    void this.#update(tracked);
  }

  async release(podUid: string): Promise<void> {
    this.#pods.delete(podUid);
    this.#tokens.forget(podUid);
    const folder = this.#folderOf(podUid);
    if (this.#options.mounted) await freeMemory(path.join(folder, 'volumes'));
    removeFolder(folder);
  }

  async retain(podUids: ReadonlySet<string>): Promise<void> {
    for (const uid of readdirSync(this.#options.folder)) {
      if (!podUids.has(uid) && !this.#pods.has(uid)) await this.release(uid);
    }
  }

  /** Files stay as they are. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#cancelRound();
    // What is being read now, from an API that may never answer, is not written any more.
    this.#pods.clear();
  }

  #folderOf(uid: string): string {
    return path.join(this.#options.folder, uid);
  }

  #place({ metadata }: V1Pod, { name, hostPath }: V1Volume): string {
    return hostPath?.path ?? path.join(this.#folderOf(metadata.uid), 'volumes', name);
  }

  #track(pod: V1Pod): TrackedPod {
    const { uid } = pod.metadata;
    const tracked = this.#pods.get(uid) ?? { pod, updated: Promise.resolve() };
    tracked.pod = pod;
    if (!this.#closed) this.#pods.set(uid, tracked);
    return tracked;
  }

  /** What is wrong with each that is not ready, in Kubernetes' words. */
  async #setUpAll(tracked: TrackedPod, volumes: readonly V1Volume[]): Promise<string[]> {
    const problems = volumes.map(async (volume) => {
      try {
        await this.#setUp(tracked, volume);
        return [];
      } catch (error) {
        return [`MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`];
      }
    });
    return (await Promise.all(problems)).flat();
  }

  async #setUp(tracked: TrackedPod, volume: V1Volume): Promise<void> {
    const place = this.#place(tracked.pod, volume);
    if (volume.hostPath) prepareHostPath(volume.hostPath);
    else if (volume.emptyDir) await this.#setUpEmptyDir(tracked.pod, volume.emptyDir, place);
    // A container that starts again takes what is there, whether or not the API answers.
    else if (isFilled(volume) && !hasPayload(place)) await this.#fill(tracked, volume);
  }

  async #setUpEmptyDir(
    pod: V1Pod,
    { medium, sizeLimit }: V1EmptyDirVolumeSource,
    place: string,
  ): Promise<void> {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    if (!this.#options.mounted) return;
    if (medium === 'Memory') await useMemory(place, sizeLimit);
    const group = groupOf(pod);
    openFolder(place, { folderMode: group === undefined ? 0o777 : 0o2777, group });
  }

  async #fill(tracked: TrackedPod, volume: V1Volume): Promise<void> {
    const { pod } = tracked;
    const payload = await this.#contents.payload(pod, volume);
    // It may have been released meanwhile: nothing may be left of it then.
    if (this.#pods.get(pod.metadata.uid) !== tracked) return;
    const place = this.#place(pod, volume);
    if (this.#options.mounted) {
      const group = groupOf(pod);
      const readable = group === undefined ? payload : withModes(payload, (mode) => mode | 0o440);
      writePayload(place, readable, { folderMode: 0o755, group });
      return;
    }
    // Without mounts this is all that keeps a program from writing there.
    const isReadOnly = isMountedReadOnly(pod, volume.name);
    writePayload(place, isReadOnly ? withModes(payload, (mode) => mode & ~0o222) : payload);
  }

  #update(tracked: TrackedPod): Promise<void> {
    tracked.updated = tracked.updated.then(async () => {
      const { pod } = tracked;
      const filled = mountedVolumes(pod).filter((volume) => isFilled(volume));
      for (const volume of filled)
        if (hasPayload(this.#place(pod, volume))) await this.#renew(tracked, volume);
    });
    return tracked.updated;
  }

  /** What cannot be read now stays as it is: a pod goes on with what it has, as in Kubernetes. */
  async #renew(tracked: TrackedPod, volume: V1Volume): Promise<void> {
    try {
      await this.#fill(tracked, volume);
    } catch (error) {
      const pod = tracked.pod.metadata.name;
      this.#options.logger.debug('a volume was not refreshed', { pod, volume: volume.name, error });
    }
  }

  #nextRound(): () => void {
    const { clock, refreshEveryMs = 2_000 } = this.#options;
    return clock.after(refreshEveryMs, () => void this.#round());
  }

  async #round(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const measures = now - this.#measuredAt >= measureEveryMs;
    if (measures) this.#measuredAt = now;
    for (const tracked of [...this.#pods.values()]) {
      if (hasEnded(tracked.pod)) continue;
      await this.#update(tracked);
      if (measures) await this.#measure(tracked);
    }
    if (!this.#closed) this.#cancelRound = this.#nextRound();
  }

  async #measure(tracked: TrackedPod): Promise<void> {
    const { pod } = tracked;
    const message = await overfull(mountedVolumes(pod), (volume) => this.#place(pod, volume));
    const isHere = this.#pods.get(pod.metadata.uid) === tracked;
    if (message && isHere) this.overfull.emit({ podUid: pod.metadata.uid, message });
  }
}

function withModes(payload: Payload, change: (mode: number) => number): Payload {
  return new Map([...payload].map(([file, { data, mode }]) => [file, { data, mode: change(mode) }]));
}

/** `copy`: where the part of a volume lies that is filled anew now and then. */
function partOrWhole(whole: string, subPath: string, copy: string | undefined): string {
  if (subPath === '') return whole;
  const part = partOf(whole, subPath, copy === undefined);
  if (copy === undefined) return part;
  keepPart(part, copy);
  return copy;
}

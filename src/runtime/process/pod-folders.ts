// The pods of a node on disk: one folder each, with what the pod was created with, so that a kubelet that starts anew finds it.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { removeFolder } from '../../base/remove-folder.ts';
import type { RuntimePodSpec } from '../runtime.ts';
import { ContainerFolder } from './container-folder.ts';
import { untilReleased } from './pod-hold.ts';

export interface KeptPod {
  spec: RuntimePodSpec;
  /** Milliseconds since the epoch. */
  createdAt: number;
}

export class PodFolders {
  readonly #folder: string;
  readonly #pods = new Map<string, KeptPod>();

  /** Reads what is there; folders of pods that were not fully made are removed. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const uid of readdirSync(folder)) {
      const pod = this.#read(uid);
      if (pod) this.#pods.set(uid, pod);
      else removeFolder(path.join(folder, uid));
    }
  }

  all(): KeptPod[] {
    return [...this.#pods.values()];
  }

  get(uid: string): KeptPod | undefined {
    return this.#pods.get(uid);
  }

  create(pod: KeptPod): void {
    const file = this.#file(pod.spec.uid);
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.new`, JSON.stringify(pod), { mode: 0o600 });
    renameSync(`${file}.new`, file);
    this.#pods.set(pod.spec.uid, pod);
  }

  /** Idempotent. */
  remove(uid: string): void {
    this.#pods.delete(uid);
    removeFolder(path.join(this.#folder, uid));
  }

  /** See pod-hold.ts. Resolves when the pod may start its containers; rejects with the signal's reason. */
  untilReleased(uid: string, clock: Clock, signal?: AbortSignal): Promise<void> {
    return untilReleased(path.join(this.#folder, uid), clock, signal);
  }

  /** Of a pod; it exists when the pod does. */
  folderOf(uid: string): string {
    return path.join(this.#folder, uid);
  }

  container(uid: string, id: string): ContainerFolder {
    return new ContainerFolder(path.join(this.#folder, uid, 'containers', id));
  }

  #file(uid: string): string {
    return fileIn(this.#folder, uid);
  }

  #read(uid: string): KeptPod | undefined {
    return readPod(this.#folder, uid);
  }
}

/** The pods in a folder that belongs to somebody else: nothing is changed. Each with its own folder; empty where there is none. */
export function readPods(folder: string): { spec: RuntimePodSpec; folder: string }[] {
  const uids = existsSync(folder) ? readdirSync(folder) : [];
  return uids.flatMap((uid) => {
    const pod = readPod(folder, uid);
    return pod ? [{ spec: pod.spec, folder: path.join(folder, uid) }] : [];
  });
}

function readPod(folder: string, uid: string): KeptPod | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(folder, uid), 'utf8'));
  } catch {
    return undefined;
  }
}

function fileIn(folder: string, uid: string): string {
  return path.join(folder, uid, 'pod.json');
}

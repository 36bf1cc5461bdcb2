// The pods of a node on disk: one folder each, with what the pod was created with, so that a kubelet that starts anew finds it.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RuntimePodSpec } from '../runtime.ts';
import { ContainerFolder } from './container-folder.ts';

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
      else rmSync(path.join(folder, uid), { recursive: true, force: true });
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
    rmSync(path.join(this.#folder, uid), { recursive: true, force: true });
  }

  container(uid: string, id: string): ContainerFolder {
    return new ContainerFolder(path.join(this.#folder, uid, 'containers', id));
  }

  #file(uid: string): string {
    return path.join(this.#folder, uid, 'pod.json');
  }

  #read(uid: string): KeptPod | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(uid), 'utf8'));
    } catch {
      return undefined;
    }
  }
}

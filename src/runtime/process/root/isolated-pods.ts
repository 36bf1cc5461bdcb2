// The pods of a node with namespaces: each has a sandbox, a program of node-init that is no container, and containers that start in it.

import { randomBytes } from 'node:crypto';
import { CreateContainerError, CreatePodError } from '../../errors.ts';
import type { ContainerSpec, ExecRequest } from '../../runtime.ts';
import { containerEnvironment } from '../container-environment.ts';
import type { ContainerFolder } from '../container-folder.ts';
import { commandOf, portOf, withShims, writeShims } from '../container-program.ts';
import { runError } from '../exec-session.ts';
import type { ImageProgram } from '../images.ts';
import type { ProgramRecord } from '../node-init/messages.ts';
import { NodeInitLostError } from '../node-init-connection.ts';
import type { NodePrograms } from '../node-programs.ts';
import type { HousedProgram, PodHousing, PodPlace } from '../pod-housing.ts';
import type { ProgramNotes } from '../program-notes.ts';
import { shimsPlace } from './container-mounts.ts';
import { type Isolation, usualPath } from './isolation.ts';
import { mountTerminals, terminalsOf, unmountTerminals } from './pod-terminals.ts';
import { starterPath } from './program-environment.ts';
import { isSitting, sandboxOf } from './sandbox.ts';

export class IsolatedPods implements PodHousing {
  readonly rootVariable = undefined;
  readonly #isolation: Isolation;
  readonly #programs: NodePrograms;

  constructor(isolation: Isolation, programs: NodePrograms) {
    this.#isolation = isolation;
    this.#programs = programs;
  }

  async create(place: PodPlace): Promise<void> {
    await this.#sandbox(place);
  }

  async place(
    place: PodPlace,
    spec: ContainerSpec,
    image: ImageProgram,
    folder: ContainerFolder,
  ): Promise<HousedProgram> {
    const argv = commandOf(spec, image);
    const sandbox = await this.#sandbox(place).catch((cause) => {
      throw cause instanceof CreatePodError ? new CreateContainerError(cause.message, { cause }) : cause;
    });
    const shims = writeShims(image, folder, starterPath);
    const ofImage = { ...image.config.env, ...portOf(spec, image) };
    const env = containerEnvironment({ PATH: usualPath, HOME: '/root' }, ofImage, place.pod, spec);
    const { pod, folder: podFolder } = place;
    const start = await this.#isolation.start({
      ...{ pod, spec, image, folder: folder.path, podFolder, sandbox, argv, shims },
      env: withShims(env, { shims: shims && shimsPlace }),
    });
    return {
      ...start,
      terminals: terminalsOf(podFolder),
      stopSignal: spec.stopSignal ?? image.config.stopSignal ?? 'SIGTERM',
    };
  }

  settle(folder: ContainerFolder): void {
    this.#isolation.settle(folder.path);
  }

  exec(record: ProgramRecord, request: ExecRequest): ExecRequest {
    const { inside } = record.order.about as ProgramNotes;
    if (!inside) return request;
    const { command, tty = false } = request;
    try {
      return { ...request, command: this.#isolation.exec(record, inside, command, tty) };
    } catch (error) {
      throw runError(command[0] ?? '', error, { isInside: true });
    }
  }

  async remove(podUid: string, folder: string): Promise<void> {
    await Promise.all(this.#sandboxes(podUid).map(({ order }) => this.#programs.forget(order.id)));
    await unmountTerminals(folder);
  }

  async close(folders: readonly string[]): Promise<void> {
    await Promise.all(folders.map(unmountTerminals));
  }

  /** The running one, or a new one. Throws CreatePodError. */
  async #sandbox({ pod, folder, marker }: PodPlace): Promise<ProgramRecord> {
    const known = this.#sandboxes(pod.uid);
    const running = known.find((record) => !record.exit && isSitting(record));
    if (running) return running;
    for (const { order } of known) await this.#programs.forget(order.id);
    const id = `sandbox-${randomBytes(16).toString('hex')}`;
    try {
      await mountTerminals(folder);
      return await this.#programs.start(this.#isolation.sandbox(pod, folder, { id, marker }));
    } catch (cause) {
      await unmountTerminals(folder);
      if (cause instanceof NodeInitLostError) throw cause;
      throw new CreatePodError(`the pod's namespaces cannot be made: ${(cause as Error).message}`, { cause });
    }
  }

  #sandboxes(podUid: string): ProgramRecord[] {
    return this.#programs.all().filter((record) => sandboxOf(record) === podUid);
  }
}

// Pods as programs of the machine as they are: they see its root, and are told where theirs is.

import { CreatePodError } from '../errors.ts';
import type { ContainerSpec, ExecRequest } from '../runtime.ts';
import { containerEnvironment, hostEnvironment } from './container-environment.ts';
import type { ContainerFolder } from './container-folder.ts';
import { placeProgram, withShims } from './container-program.ts';
import type { ImageProgram } from './images.ts';
import type { ProgramRecord } from './node-init/messages.ts';
import type { HousedProgram, PodHousing, PodPlace } from './pod-housing.ts';

export class PlainPods implements PodHousing {
  readonly rootVariable = 'POD_ROOT';
  readonly #env: Readonly<Record<string, string>>;

  /** `env`: what programs inherit, after what is not for them is taken out. */
  constructor(env: NodeJS.ProcessEnv) {
    this.#env = hostEnvironment(env);
  }

  async create({ pod }: PodPlace): Promise<void> {
    if (pod.network.namespacePath === undefined) return;
    throw new CreatePodError('the process runtime cannot enter network namespaces: use --network loopback');
  }

  async place(
    { pod }: PodPlace,
    spec: ContainerSpec,
    image: ImageProgram,
    folder: ContainerFolder,
  ): Promise<HousedProgram> {
    const placed = await placeProgram(spec, image, folder, this.#env);
    const env = withShims(containerEnvironment(this.#env, placed.env, pod, spec), placed);
    return { ...placed, env: { ...env, [this.rootVariable]: folder.root } };
  }

  settle(): void {}

  exec(_record: ProgramRecord, request: ExecRequest): ExecRequest {
    return request;
  }

  async remove(): Promise<void> {}

  async close(): Promise<void> {}
}

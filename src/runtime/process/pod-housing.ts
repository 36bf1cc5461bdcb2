// Where the programs of pods run: in namespaces of the pod's own, or as they are among the machine's.

import type { ContainerSpec, ExecRequest, RuntimePodSpec } from '../runtime.ts';
import type { ContainerFolder } from './container-folder.ts';
import type { ImageProgram } from './images.ts';
import type { ProgramRecord } from './node-init/messages.ts';
import type { IsolatedStart } from './root/isolated-start.ts';

export interface PodPlace {
  pod: RuntimePodSpec;
  folder: string;
  /** Of all that runs in the pod but its containers. */
  marker: string;
}

/** What node-init has to start. */
export interface HousedProgram extends IsolatedStart {
  stopSignal: string;
}

export interface PodHousing {
  /** See DisplacingRuntime. */
  readonly rootVariable: string | undefined;
  /** What stands before there is a container. For a pod that has it: nothing. @throws CreatePodError */
  create(place: PodPlace): Promise<void>;
  /** @throws CreateContainerError */
  place(
    place: PodPlace,
    spec: ContainerSpec,
    image: ImageProgram,
    folder: ContainerFolder,
  ): Promise<HousedProgram>;
  /** To be called when what was placed runs. */
  settle(folder: ContainerFolder): void;
  /** The request, carried to where the container is. @throws RunContainerError */
  exec(record: ProgramRecord, request: ExecRequest): ExecRequest;
  /** Ends what create() has begun: the pod's folder can be removed then. */
  remove(podUid: string, folder: string): Promise<void>;
  /** When nothing runs any more: the pods' folders can be removed then. */
  close(folders: readonly string[]): Promise<void>;
}

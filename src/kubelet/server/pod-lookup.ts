// Which container of the runtime a request means, or why there is none.

import type { RuntimeContainer } from '../../runtime/runtime.ts';
import type { DirectoryPod, PodDirectory } from '../pod-directory.ts';
import { type PodTarget, RequestError } from './request-target.ts';

/** @throws RequestError */
export function podOf(directory: PodDirectory, { namespace, pod }: PodTarget): DirectoryPod {
  const found = directory.find(namespace, pod);
  if (found) return found;
  throw new RequestError(
    404,
    `pod "${pod}" in namespace "${namespace}" is not on node "${directory.nodeName}"`,
  );
}

/** The newest run of it, ended or not, or the one before. @throws RequestError */
export function containerOf(directory: PodDirectory, target: PodTarget, previous: boolean): RuntimeContainer {
  const found = podOf(directory, target).container(target.container, previous);
  if (found) return found;
  const { container, pod } = target;
  throw new RequestError(
    400,
    previous
      ? `previous terminated container "${container}" in pod "${pod}" not found`
      : `container "${container}" in pod "${pod}" is waiting to start`,
  );
}

// What a runtime refuses, as the words that a pod's status and events say. The kubelet turns them into a waiting reason and an event;
// nothing else decides what a failed start looks like. Messages say what to do next.

export type ImageErrorReason =
  /** It was not found, or could not be fetched, unpacked or read. */
  | 'ErrImagePull'
  /** It is not there and the policy is Never. */
  | 'ErrImageNeverPull'
  /** The text is no name of an image. */
  | 'InvalidImageName';

/** The image cannot be had. The kubelet tries again with back-off (ImagePullBackOff). */
export class ImageError extends Error {
  override name = 'ImageError';
  readonly reason: ImageErrorReason;

  constructor(reason: ImageErrorReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The pod's own surroundings (directories, namespaces, files) could not be made. Tried again with back-off. */
export class CreatePodError extends Error {
  override name = 'CreatePodError';
}

/** What the container needs before it can be started could not be made: a mount, a user, a limit. No program ran. Tried again. */
export class CreateContainerError extends Error {
  override name = 'CreateContainerError';
}

/** The program could not be started: it does not exist, is not executable. Counts as an exit, with code 128. */
export class RunContainerError extends Error {
  override name = 'RunContainerError';
}

/** There is no such pod or container (any more). */
export class NotFoundError extends Error {
  override name = 'NotFoundError';
}

/** The container is there but does not run, which exec and attach need. */
export class NotRunningError extends Error {
  override name = 'NotRunningError';
}

/** This runtime cannot do that at all; the message says what can. */
export class NotSupportedError extends Error {
  override name = 'NotSupportedError';
}

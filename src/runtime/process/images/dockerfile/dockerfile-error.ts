// What is wrong with a Dockerfile, and where.

export class DockerfileError extends Error {
  override name = 'DockerfileError';

  /** `line` counts from 1; the message says it, and what to do. */
  constructor(line: number, message: string, options?: ErrorOptions) {
    super(`Dockerfile line ${line}: ${message}`, options);
  }
}

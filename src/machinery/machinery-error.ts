// Why the machinery of a cluster refuses something, for callers that do more with it than show its words. It is told through the control socket
// as it is.

/** `shared-network`: what connects its nodes cannot be cut or slowed down. */
export type MachineryCode = 'shared-network' | 'unknown-node';

export class MachineryError extends Error {
  override name = 'MachineryError';
  readonly code: MachineryCode;

  /** `message`: one line. */
  constructor(code: MachineryCode, message: string) {
    super(message);
    this.code = code;
  }
}

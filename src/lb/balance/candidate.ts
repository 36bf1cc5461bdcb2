// What an algorithm knows of a server that a request might go to. Who is a candidate at all (ready, up, called in) is decided before.

export interface Candidate {
  /** The number of the server in the state of the engine. */
  readonly slot: number;
  readonly id: string;
  /** Of the moment, with slowstart and the agent's word; not always whole. 0 takes only persisted users: no algorithm picks it. */
  readonly weight: number;
  /** Requests that it is at now. */
  inFlight(): number;
  /** Whether it is below its limit. */
  hasRoom(): boolean;
}

/** Whether an algorithm may pick it. */
export function isOpen(candidate: Candidate): boolean {
  return candidate.weight > 0 && candidate.hasRoom();
}

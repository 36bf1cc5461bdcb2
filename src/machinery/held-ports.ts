// The ports that a supervised child has had bound in its supervisor's network. They outlive it: who connects while it is being started again
// waits in the kernel and is served by its next life, which asks for the same ports.

import { type BoundPort, bindPort } from '../base/bound-port.ts';

/** TCP. */
export interface OutsidePort {
  readonly host: string;
  readonly port: number;
}

interface Held {
  readonly port: BoundPort;
  /** The present life has asked for it. */
  claimed: boolean;
}

export class HeldPorts {
  readonly #held = new Map<string, Held>();

  /** The one that is held already, else a new one. Throws the system's error when it cannot be had. */
  take(address: OutsidePort): BoundPort {
    const key = keyOf(address);
    const held = this.#held.get(key) ?? { port: bindPort(address.host, address.port), claimed: true };
    held.claimed = true;
    this.#held.set(key, held);
    return held.port;
  }

  /** The child wants it no more. Nothing happens to one that is not held. */
  letGo(address: OutsidePort): void {
    const key = keyOf(address);
    this.#held.get(key)?.port.close();
    this.#held.delete(key);
  }

  /** The child has died, or is about to be started: what it had is nobody's for the time being. */
  unclaim(): void {
    for (const held of this.#held.values()) held.claimed = false;
  }

  /** The child serves: what it has not asked for again nobody will ever answer on. */
  closeUnclaimed(): void {
    for (const [key, { port, claimed }] of this.#held) {
      if (claimed) continue;
      port.close();
      this.#held.delete(key);
    }
  }

  /** Idempotent. */
  close(): void {
    this.unclaim();
    this.closeUnclaimed();
  }
}

function keyOf({ host, port }: OutsidePort): string {
  return `${host} ${port}`;
}

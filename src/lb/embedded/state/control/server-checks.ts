// The checks of one server: one loop for its health, one for its agent, both going on over changes of the model.

import { hash32 } from '../../../balance/hash.ts';
import type { AgentReply } from '../../../checks/agent-reply.ts';
import type { Check, Server } from '../../../model.ts';
import { CheckLoop } from './check-loop.ts';
import type { ControlTools } from './control-tools.ts';
import type { ProbeResult } from './probe.ts';

export interface CheckListener {
  checked(result: ProbeResult): void;
  /** Undefined: there is no agent any more. */
  heardAgent(reply: AgentReply | undefined): void;
}

export class ServerChecks {
  readonly #tools: Pick<ControlTools, 'clock' | 'probe' | 'askAgent'>;
  readonly #listener: CheckListener;
  #server: Server;
  #check: Check | undefined;
  #health: CheckLoop | undefined;
  #agent: CheckLoop | undefined;

  constructor(server: Server, tools: ControlTools, listener: CheckListener) {
    this.#tools = tools;
    this.#listener = listener;
    this.#server = server;
  }

  /** `check` undefined: there are none, or none now. */
  update(server: Server, check: Check | undefined): void {
    const hadAgent = this.#agent !== undefined;
    this.#server = server;
    this.#check = check;
    this.#health = this.#adjust(this.#health, check?.interMs, () => this.#checkHealth());
    this.#agent = this.#adjust(this.#agent, check?.agent?.interMs, () => this.#askAgent());
    if (hadAgent && !check?.agent) this.#listener.heardAgent(undefined);
  }

  close(): void {
    this.#health?.close();
    this.#agent?.close();
  }

  #adjust(loop: CheckLoop | undefined, interMs: number | undefined, round: () => Promise<void>) {
    if (interMs === undefined) {
      loop?.close();
      return undefined;
    }
    if (!loop) return new CheckLoop(this.#tools.clock, interMs, hash32(this.#server.id) / 2 ** 32, round);
    loop.interMs = interMs;
    return loop;
  }

  async #checkHealth(): Promise<void> {
    const [loop, check, { address, port }] = [this.#health, this.#check, this.#server];
    if (!check) return;
    const { http, timeoutMs } = check;
    const result = await this.#tools.probe({ address, port: check.port ?? port, http, timeoutMs });
    if (loop && !loop.isClosed) this.#listener.checked(result);
  }

  async #askAgent(): Promise<void> {
    const [loop, check] = [this.#agent, this.#check];
    if (!check?.agent) return;
    const reply = await this.#tools.askAgent(this.#server.address, check.agent.port, check.timeoutMs);
    if (reply && loop && !loop.isClosed) this.#listener.heardAgent(reply);
  }
}

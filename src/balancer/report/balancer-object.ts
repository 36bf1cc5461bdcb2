// The balancer's own object: acknowledged departures at once, everything else at most once a second, and only when it changed.

import type { V1Condition, V1Node } from '../../api/generated/types.ts';
import type { Departure } from '../../api/relevo/balancer-types.ts';
import { balancers } from '../../api/relevo/resources.ts';
import type { Clock } from '../../base/clock.ts';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Logger } from '../../base/logger.ts';
import type { Client } from '../../client/client.ts';
import { isStatusError } from '../../client/response-error.ts';
import type { LbEngine, Problem } from '../../lb/engine.ts';
import type { LbModel } from '../../lb/model.ts';
import { type Report, reportOf } from './balancer-status.ts';
import { departuresAwaited } from './departures-awaited.ts';
import type { KeyedWrites } from './keyed-writes.ts';

export interface BalancerObjectOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly writes: KeyedWrites;
  readonly engine: LbEngine;
  readonly name: string;
  readonly version: string;
  /** The one in force. */
  model(): LbModel | undefined;
  /** All of the cluster. */
  nodes(): readonly V1Node[];
}

const reportMs = 1_000;
/** Of a balancer that ends: the API may be away. */
const farewellMs = 1_000;

export class BalancerObject {
  readonly #options: BalancerObjectOptions;
  #problems: readonly Problem[] = [];
  #departures: readonly Departure[] = [];
  #told: (Report & { conditions: V1Condition[] }) | undefined;
  #condition: V1Condition | undefined;
  #reportedAt = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #closed = false;

  constructor(options: BalancerObjectOptions) {
    this.#options = options;
  }

  departures(list: readonly Departure[]): void {
    this.#departures = list;
    this.#options.writes.put('departures', (signal) => this.#patch({ departures: this.#departures }, signal));
  }

  problems(problems: readonly Problem[]): void {
    this.#problems = problems;
    this.changed();
  }

  /** Something happened that may be worth telling. */
  changed(): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    const waitMs = Math.max(0, this.#reportedAt + reportMs - clock.monotonic());
    this.#cancel ??= clock.after(waitMs, () => {
      this.#cancel = undefined;
      this.#reportedAt = clock.monotonic();
      this.#options.writes.put('report', (signal) => this.#report(signal));
    });
  }

  /** Takes the object away, as far as the API answers soon. To be called once the writes are closed. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancel?.();
    const { client, name } = this.#options;
    const signal = AbortSignal.timeout(farewellMs);
    await client
      .resource(balancers)
      .delete(name, { signal })
      .catch(() => {});
  }

  async #report(signal: AbortSignal): Promise<void> {
    const { engine, version, model } = this.#options;
    const about = { engine: engine.name, version };
    const told = reportOf(about, await engine.stats(), this.#problems, model());
    const report = { ...told, conditions: [this.#awaited()] };
    if (deepEqual(report, this.#told)) return;
    await this.#patch(report, signal);
    this.#told = report;
  }

  #awaited(): V1Condition {
    const { nodes, clock, logger, name } = this.#options;
    const before = this.#condition;
    const condition = departuresAwaited(nodes(), before, clock.now());
    const { status, reason, message } = condition;
    if (status === 'False' && before?.status !== status) logger.warn(message, { balancer: name, reason });
    this.#condition = condition;
    return condition;
  }

  async #patch(status: object, signal: AbortSignal): Promise<void> {
    const { client, name } = this.#options;
    const api = client.resource(balancers);
    const options = { subresource: 'status', signal } as const;
    try {
      await api.patch(name, { status }, options);
    } catch (error) {
      if (!isStatusError(error, 404)) throw error;
      await api.create({ metadata: { name } }, { signal }).catch((failure) => {
        // The other write was quicker.
        if (!isStatusError(failure, 409)) throw failure;
      });
      await api.patch(name, { status }, options);
      // Somebody took it away, and what it said with it.
      if (this.#told) this.#told = undefined;
      this.changed();
    }
  }
}

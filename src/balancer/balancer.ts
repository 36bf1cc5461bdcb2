// The balancer of a cluster: from what the API says to what its engine serves, and back to what users, kubelets and other balancers are
// told. With the API dead it goes on with what it knew; starting while the API is away, it serves the model it saved.

import { sleep } from '../base/sleep.ts';
import type { EngineEvent, Problem } from '../lb/engine.ts';
import type { LbModel, SharedSecrets } from '../lb/model.ts';
import { ApplyLoop } from './apply-loop.ts';
import { type ChangeSet, Changes } from './changes.ts';
import { ColdBackups } from './cold-backups.ts';
import { LoadBalancerAddresses } from './load-balancer-addresses.ts';
import { type BuiltModel, ModelBuilder } from './model-builder.ts';
import type { BalancerOptions } from './options.ts';
import { publishedText } from './report/addresses.ts';
import { KeyedWrites } from './report/keyed-writes.ts';
import { BalancerLease } from './report/lease.ts';
import { Reporter } from './report/reporter.ts';
import type { IngressPlaces } from './translate/ingress.ts';
import { Upkeep } from './upkeep.ts';
import { Watched } from './watched.ts';

const noPlaces: IngressPlaces = { http: [], https: [], published: [] };
const firstRetryMs = 1_000;

export class Balancer {
  readonly #options: BalancerOptions;
  readonly #watched: Watched;
  readonly #changes: Changes;
  readonly #builder: ModelBuilder;
  readonly #loop: ApplyLoop;
  readonly #writes: KeyedWrites;
  readonly #upkeep: Upkeep;
  readonly #reporter: Reporter;
  readonly #lease: BalancerLease;
  readonly #cold: ColdBackups;
  readonly #stopListening: () => void;
  readonly #closing = new AbortController();
  #model: LbModel | undefined;
  #problems: readonly Problem[] = [];
  /** Whether the model in force is the API's. */
  #follows = false;

  /** Nothing is opened before start(). Throws a TypeError for a range of addresses that is none. */
  constructor(options: BalancerOptions) {
    const { client, clock, logger, name, engine } = options;
    this.#options = options;
    this.#watched = new Watched(options);
    this.#changes = new Changes(this.#watched, () => this.#schedule());
    this.#writes = new KeyedWrites(options);
    const writes = this.#writes;
    this.#upkeep = new Upkeep({
      ...{ client, clock, logger, writes },
      ingresses: () => this.#builder.ownIngresses,
      secretsChanged: () => this.#schedule(),
      certificatesChanged: () => this.#changes.ingresses(),
    });
    this.#builder = this.#newBuilder(options);
    this.#loop = new ApplyLoop({
      ...{ clock, batchMs: options.batchMs ?? 5, apply: () => this.#apply() },
      failed: (error) => logger.error('a model cannot be applied, trying again', { error }),
    });
    this.#reporter = new Reporter(options, this.#watched, this.#builder, writes);
    const served = () => this.#builder.served;
    const publishes = publishedBy(options);
    this.#lease = new BalancerLease({ client, clock, logger, name, served, publishes });
    this.#cold = new ColdBackups({
      ...{ client, clock, name, writes },
      decisions: () => this.#builder.decisions,
      deploymentsIn: (namespace) => this.#watched.deployments.lister.list({ namespace }),
      stats: () => engine.stats(),
      complain: (notes) => this.#reporter.complain(notes),
      service: (key) => this.#watched.services.lister.get(key),
    });
    this.#stopListening = engine.events.subscribe((event) => this.#hear(event));
  }

  /** The one in force; undefined before the first. */
  get model(): LbModel | undefined {
    return this.#model;
  }

  /**
   * Resolves when a model is in force: that of the API or, while the API is away, the saved one. Without either it waits. Rejects when it
   * is closed before.
   */
  async start(): Promise<void> {
    const { clock, patienceMs = 250 } = this.#options;
    const saved = this.#options.saved?.read();
    this.#watched.start();
    const following = this.#follow(saved);
    // Who does not wait for it below hears of no failure: there is none but close().
    following.catch(() => {});
    if (saved) await Promise.race([following, sleep(clock, patienceMs, this.#closing.signal)]);
    if (saved && !this.#watched.hasSynced && !this.#closing.signal.aborted) await this.#serveSaved(saved);
    else await following;
  }

  /** Gives up its Lease and its object. What the engine serves goes on until the engine is closed. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stopListening();
    this.#upkeep.close();
    this.#cold.close();
    await this.#watched.close();
    await this.#loop.close();
    await this.#writes.close();
    await Promise.all([this.#lease.close(), this.#reporter.close()]);
  }

  #newBuilder({ addresses, accessLog, trustedProxies = [] }: BalancerOptions): ModelBuilder {
    const { clusterIps, nodePorts, loadBalancer, ingress = noPlaces } = addresses;
    return new ModelBuilder({
      watched: this.#watched,
      places: { clusterIps, nodePorts, loadBalancerOutside: loadBalancer?.outside ?? false },
      ...{ ingress, trustedProxies, selfSigned: (key) => this.#upkeep.selfSigned(key) },
      ...(loadBalancer
        ? { addresses: new LoadBalancerAddresses(loadBalancer.cidr, loadBalancer.reserved) }
        : {}),
      ...(accessLog ? { accessLog } : {}),
    });
  }

  async #follow(saved: LbModel | undefined): Promise<void> {
    const { signal } = this.#closing;
    await this.#watched.synced();
    await this.#upkeep.start(saved?.secrets);
    while (!this.#follows) {
      if (signal.aborted) throw new Error('the balancer was closed before it served anything');
      await this.#loop.now();
      if (!this.#follows) await sleep(this.#options.clock, firstRetryMs, signal);
    }
  }

  async #serveSaved(saved: LbModel): Promise<void> {
    const { engine, logger } = this.#options;
    logger.warn('the API is away: serving the saved model');
    const problems = await engine.apply(saved);
    for (const { subject, message } of problems) logger.warn(message, { subject });
    // The API may have come meanwhile.
    this.#model ??= saved;
  }

  #schedule(): void {
    // Half of what the API knows would close ports that the other half asks for.
    if (this.#watched.hasSynced && this.#upkeep.secrets) this.#loop.schedule();
  }

  async #apply(): Promise<void> {
    const { secrets } = this.#upkeep;
    if (!secrets || this.#closing.signal.aborted) return;
    const changes = this.#changes.take();
    const built = this.#build(changes, secrets);
    // Kubelets are to know soon that they have to wait for this balancer.
    if (changes.serviceList) this.#lease.renew();
    if (built.model !== this.#model) await this.#enforce(built.model);
    this.#reporter.inForce(built, this.#problems);
    this.#upkeep.certify();
    this.#cold.changed();
  }

  async #enforce(model: LbModel): Promise<void> {
    this.#problems = await this.#options.engine.apply(model);
    this.#model = model;
    this.#follows = true;
    this.#options.saved?.save(model);
  }

  #build(changes: ChangeSet, secrets: SharedSecrets): BuiltModel {
    try {
      return this.#builder.build(changes, secrets);
    } catch (error) {
      this.#changes.giveBack(changes);
      throw error;
    }
  }

  #hear(event: EngineEvent): void {
    if (event.type === 'problems') this.#problems = event.problems;
    this.#reporter.hear(event);
    if (event.type === 'backups') this.#cold.wants(event.backend, event.wanted);
  }
}

function publishedBy({ addresses: { ingress, loadBalancer } }: BalancerOptions): string {
  return publishedText([...(ingress?.published ?? []), ...(loadBalancer ? [loadBalancer.cidr] : [])]);
}

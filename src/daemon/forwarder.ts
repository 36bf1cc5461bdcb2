// Keeps the forwarder told what Services and EndpointSlices say, gives LoadBalancer Services their addresses, and tells people of ports that
// cannot be opened. With the API dead it goes on with what it knew.

import type { V1EndpointSlice, V1Service } from '../api/generated/types.ts';
import type { Random } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Client } from '../client/client.ts';
import { EventRecorder } from '../client/event-recorder.ts';
import { Informer } from '../client/informer.ts';
import { keyOf } from '../client/object-key.ts';
import { endpointSlices, services } from '../client/resources.ts';
import { isStatusError } from '../client/response-error.ts';
import { Forwarder, type ForwarderOptions } from '../network/forwarder.ts';
import type { ListenFailure } from '../network/forwarding/model.ts';
import { LoadBalancerAddresses, wantsAddress } from './forwarding/load-balancer-addresses.ts';
import { serviceKeyOf, serviceKeyOfListener, serviceModel } from './forwarding/service-model.ts';

export interface ServiceForwarderOptions {
  /** The transport stays the caller's. */
  client: Client;
  clock: Clock;
  logger: Logger;
  random: Random;
  /** Where node ports are opened. Default 127.0.0.1. */
  nodePortAddresses?: readonly string[];
  /** See ServiceModelInput; with it, ports there are opened by `openOutside`. */
  outsideNodePortAddresses?: readonly string[];
  openOutside?: ForwarderOptions['openOutside'];
  /** LoadBalancer Services get their addresses from it. Undefined: they get none. */
  loadBalancerCidr?: string;
  /** A change waits so long for others. Default 5. */
  batchMs?: number;
}

const sliceIndex = 'service';
const statusRetryMs = 1_000;

export class ServiceForwarder {
  readonly #options: ServiceForwarderOptions;
  readonly #forwarder: Forwarder;
  readonly #recorder: EventRecorder;
  readonly #services: Informer<V1Service>;
  readonly #slices: Informer<V1EndpointSlice>;
  readonly #addresses: LoadBalancerAddresses | undefined;
  readonly #closing = new AbortController();
  #cancelUpdate: (() => void) | undefined;
  #updating: Promise<void> = Promise.resolve();

  /** Nothing is opened before start(). Throws a TypeError for a range that is none. */
  constructor(options: ServiceForwarderOptions) {
    const { client, clock, logger, random, loadBalancerCidr, openOutside } = options;
    this.#options = options;
    this.#forwarder = new Forwarder({ clock, random, openOutside });
    this.#forwarder.failures.subscribe((failure) => this.#tell(failure));
    this.#recorder = new EventRecorder({ client, clock, logger, component: 'forwarder' });
    this.#services = new Informer({ client, clock, logger, random, resource: services });
    this.#slices = new Informer({ client, clock, logger, random, resource: endpointSlices });
    this.#slices.addIndex(sliceIndex, (slice) => [serviceKeyOf(slice) ?? '']);
    this.#addresses =
      loadBalancerCidr === undefined ? undefined : new LoadBalancerAddresses(loadBalancerCidr);
  }

  /** Resolves when everything that the API knows of is served, or was tried. Rejects when it is closed before. */
  async start(): Promise<void> {
    const changed = () => this.#schedule();
    const handler = { added: changed, updated: changed, deleted: changed };
    this.#services.addHandler(handler);
    this.#slices.addHandler(handler);
    this.#services.start();
    this.#slices.start();
    await Promise.all([this.#services.synced(), this.#slices.synced()]);
    await this.#update();
  }

  /** Resets every connection. Idempotent. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#cancelUpdate?.();
    await Promise.all([this.#services.close(), this.#slices.close()]);
    await this.#updating;
    await this.#forwarder.close();
    await this.#recorder.close();
  }

  #schedule(): void {
    // Half of what the API knows would close ports that the other half asks for.
    if (!this.#services.hasSynced || !this.#slices.hasSynced) return;
    this.#scheduleIn(this.#options.batchMs ?? 5);
  }

  #scheduleIn(delayMs: number): void {
    if (this.#closing.signal.aborted) return;
    this.#cancelUpdate ??= this.#options.clock.after(delayMs, () => {
      this.#cancelUpdate = undefined;
      void this.#update();
    });
  }

  #update(): Promise<void> {
    this.#updating = this.#updating.then(() => this.#apply());
    return this.#updating;
  }

  async #apply(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const all = this.#services.lister.list();
    const loadBalancerAddresses = this.#addresses?.assign(all) ?? new Map<string, string>();
    await this.#forwarder.update(
      serviceModel({
        services: all,
        slicesOf: (service) => this.#slices.lister.byIndex(sliceIndex, keyOf(service)),
        nodePortAddresses: this.#options.nodePortAddresses ?? ['127.0.0.1'],
        outsideNodePortAddresses: this.#options.outsideNodePortAddresses,
        loadBalancerAddresses,
      }),
    );
    // An address is told when it answers.
    if (this.#addresses) void this.#publish(all, loadBalancerAddresses);
  }

  async #publish(all: readonly V1Service[], addresses: ReadonlyMap<string, string>): Promise<void> {
    const outdated = all.filter((service) => isOutdated(service, addresses.get(keyOf(service))));
    await Promise.all(outdated.map((service) => this.#publishOne(service, addresses.get(keyOf(service)))));
  }

  async #publishOne(service: V1Service, ip: string | undefined): Promise<void> {
    const { name, namespace } = service.metadata;
    const status = { loadBalancer: { ingress: ip === undefined ? null : [{ ip, ipMode: 'VIP' }] } };
    try {
      const { signal } = this.#closing;
      const resource = this.#options.client.resource(services, namespace);
      await resource.patch(name, { status }, { subresource: 'status', signal });
    } catch (error) {
      if (isStatusError(error, 404) || this.#closing.signal.aborted) return;
      this.#options.logger.warn('cannot write the address of a Service, trying again', {
        service: keyOf(service),
        error,
      });
      this.#scheduleIn(statusRetryMs);
    }
  }

  #tell({ listener, error }: ListenFailure): void {
    const { address, port } = listener;
    const key = serviceKeyOfListener(listener);
    this.#options.logger.warn('a port of a Service cannot be opened', { service: key, address, port, error });
    const service = this.#services.lister.get(key);
    if (!service) return;
    const text = `${address}:${port} cannot be opened (${reasonOf(error)}); it is tried again`;
    this.#recorder.event(service, 'Warning', 'PortUnavailable', text);
  }
}

/** Only ever our own Services: those of another class keep what somebody else wrote. */
function isOutdated(service: V1Service, ip: string | undefined): boolean {
  const current = service.status?.loadBalancer?.ingress?.[0]?.ip;
  if (ip !== undefined) return current !== ip;
  const isOthers = service.spec?.loadBalancerClass !== undefined;
  return current !== undefined && !isOthers && !wantsAddress(service) && !service.metadata.deletionTimestamp;
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program listens there',
    EADDRNOTAVAIL: 'this machine does not have that address',
    EACCES: 'ports below 1024 need the administrator',
  };
  return reasons[code ?? ''] ?? message;
}

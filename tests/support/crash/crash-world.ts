// A control plane that is about to be killed, the clients that write to it, and those who watch.

import assert from 'node:assert/strict';
import type { AnyObject } from '../../../src/api/object.ts';
import { StatusError } from '../../../src/api/status.ts';
import { Client } from '../../../src/client/client.ts';
import { HttpsTransport } from '../../../src/client/https-transport.ts';
import { configMaps, deployments, pods, serviceAccounts } from '../../../src/client/resources.ts';
import { seededRandom } from '../../../src/runtime/simulated/delay.ts';
import { eventually } from '../eventually.ts';
import { KillableCluster } from '../killable.ts';
import { Follower } from './follower.ts';
import type { KeyJournal, Progress } from './key-journal.ts';
import { RevisionLedger } from './revision-ledger.ts';
import { assertOneFurther, SharedCount } from './shared-count.ts';
import { assertWhole, type State, tokenIn } from './stamped-kind.ts';
import { type OwnKey, Writer } from './writer.ts';

/** With the so-manieth request sent, write acknowledged, or change delivered to a watch. */
export interface KillMoment {
  readonly when: 'sent' | 'acknowledged' | 'watched';
  readonly count: number;
}

/** By key. */
export type AllProgress = ReadonlyMap<string, Progress>;

const resources = [configMaps, deployments, pods];
const writerCount = 6;
const countName = 'count';

export class CrashWorld {
  readonly cluster: KillableCluster;
  readonly ledger = new RevisionLedger();
  readonly followers: readonly Follower[];
  readonly #transport: HttpsTransport;
  readonly #client: Client;
  readonly #count = new SharedCount(countName);
  readonly #writers: readonly Writer[];
  #lastCount: AnyObject | undefined;
  /** Until it is killed: when, and how much is left until then. */
  #moment: KillMoment | undefined;
  #left = 0;

  private constructor(cluster: KillableCluster, transport: HttpsTransport, seed: number) {
    this.cluster = cluster;
    this.#transport = transport;
    this.#client = new Client(transport, { userAgent: 'writer' });
    this.followers = resources.map((resource) => this.#followerOf(resource));
    this.#writers = Array.from({ length: writerCount }, (_, index) => this.#writerOf(index, seed));
  }

  /** A new cluster that serves and is watched. */
  static async open(seed: number): Promise<CrashWorld> {
    const cluster = await KillableCluster.open();
    const { admin } = await cluster.controlPlane.start();
    const world = new CrashWorld(cluster, new HttpsTransport(admin), seed);
    // Without it no pod is accepted; a controller makes it.
    await eventually(() => world.#client.resource(serviceAccounts, 'default').find('default'));
    await world.#count.create(world.#client);
    for (const follower of world.followers) await follower.open();
    return world;
  }

  /** By key. */
  get journals(): ReadonlyMap<string, KeyJournal> {
    return new Map(this.#keys.map(({ key, journal }) => [key, journal]));
  }

  /** How far the writers have come. */
  get progress(): AllProgress {
    return new Map(this.#keys.map(({ key, journal }) => [key, journal.progress]));
  }

  /** Lets all clients write until the moment comes; resolves when the control plane is gone. */
  async writeUntilKilled(moment: KillMoment): Promise<void> {
    this.#moment = moment;
    this.#left = moment.count;
    await Promise.all(this.#writers.map((writer) => this.#untilUnanswered(writer.run())));
    await this.cluster.controlPlane.kill();
  }

  /** Starts it on the same data and port. The revisions that it gives out from now on are greater than any that was ever seen. */
  async startAgain(): Promise<void> {
    const { newest } = this.ledger;
    await this.cluster.controlPlane.start();
    const list = await this.#client.resource(configMaps).list();
    const shown = Number(list.metadata.resourceVersion);
    assert.ok(shown >= newest, `the newest revision is ${shown}; ${newest} was seen before`);
    const next = await this.#client.resource(configMaps, 'default').create({
      metadata: { generateName: 'next-' },
    });
    assert.ok(Number(next.metadata.resourceVersion) > newest);
    this.ledger.saw(next);
  }

  /** What was acknowledged is there, what was not answered is there as a whole or not at all, and the writers know which. */
  async assertNothingLost(): Promise<void> {
    const found = await this.#find();
    for (const { key, journal } of this.#keys) journal.settle(stateOf(found.get(key)));
    this.#count.settle(found.get(`configmaps/${countName}`) as AnyObject);
  }

  /** Everything is as it was at some moment between the two, and the writers take that for the beginning. */
  async assertRewound(begun: AllProgress, complete: AllProgress): Promise<void> {
    const found = await this.#find();
    for (const { key, journal } of this.#keys) {
      journal.rewind(stateOf(found.get(key)), begun.get(key) as Progress, complete.get(key) as Progress);
    }
    this.#lastCount = found.get(`configmaps/${countName}`) as AnyObject;
    this.#count.adopt(this.#lastCount.data);
  }

  async close(): Promise<void> {
    for (const follower of this.followers) await follower.close();
    await this.cluster.close();
    await this.#transport.close();
  }

  get #keys(): OwnKey[] {
    return this.#writers.flatMap((writer) => writer.keys);
  }

  /** Everything of the watched kinds, by key; nothing is half there. */
  async #find(): Promise<Map<string, AnyObject>> {
    const found = new Map<string, AnyObject>();
    for (const resource of resources) {
      const list = await this.#client.resource<AnyObject>(resource, 'default').list();
      for (const item of list.items) found.set(`${resource.plural}/${item.metadata.name}`, item);
      for (const item of list.items) this.ledger.saw(item);
    }
    for (const { key, kind } of this.#keys) {
      const object = found.get(key);
      if (object) assertWhole(kind, object);
    }
    return found;
  }

  /** Resolves when nobody answers because the control plane was killed. */
  async #untilUnanswered(running: Promise<never>): Promise<void> {
    try {
      await running;
    } catch (error) {
      const isAnswer = error instanceof StatusError || error instanceof assert.AssertionError;
      if (this.#moment || isAnswer || error instanceof TypeError) throw error;
    }
  }

  #happened(what: KillMoment['when']): void {
    if (this.#moment?.when !== what || --this.#left > 0) return;
    this.#moment = undefined;
    void this.cluster.controlPlane.kill();
  }

  #writerOf(index: number, seed: number): Writer {
    return new Writer({
      ...{ client: this.#client, name: `w${index}`, count: this.#count },
      random: seededRandom(seed + index),
      onSend: () => this.#happened('sent'),
      onAnswer: (object) => {
        if (object) this.ledger.saw(object);
        this.#happened('acknowledged');
      },
    });
  }

  #followerOf(resource: (typeof resources)[number]): Follower {
    const { ledger } = this;
    const onChange = (object: AnyObject) => {
      if (resource === configMaps && object.metadata.name === countName) this.#counted(object);
      this.#happened('watched');
    };
    return new Follower({ client: this.#client, resource, ledger, onChange });
  }

  #counted(object: AnyObject): void {
    if (this.#lastCount) assertOneFurther(this.#lastCount.data, object.data);
    this.#lastCount = object;
  }
}

function stateOf(object: AnyObject | undefined): State {
  return object ? tokenIn(object) : null;
}

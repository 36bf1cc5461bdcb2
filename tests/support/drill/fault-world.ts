// A drill's faults on a cluster of real processes, one at a time: chosen, pledged, injected, proven and taken back as the runner does it.

import assert from 'node:assert/strict';
import path from 'node:path';
import { machineTime } from '../../../src/base/machine-time.ts';
import { seededRandom } from '../../../src/base/seeded-random.ts';
import { faults } from '../../../src/drill/fault/catalogue.ts';
import type { Fault, Injection, Parameters, Proof, Victims } from '../../../src/drill/fault/fault.ts';
import { UndoKeeper } from '../../../src/drill/fault/undo/undo-keeper.ts';
import type { Told } from '../../../src/drill/told.ts';
import { balancerOf, type OpenWorld, openAccess } from '../../../src/drill/world/open-access.ts';
import type { TargetView, World } from '../../../src/drill/world/world.ts';
import type { OwnAccess } from '../../../src/drill/world/world-access.ts';
import { askPod } from '../balanced/balanced-cluster.ts';
import { eventually } from '../eventually.ts';
import { viewTarget } from './view-target.ts';

/** For a proof of what was not done. */
const lookedForMs = 700;

export interface Injected {
  readonly victims: Victims;
  readonly proof: Proof;
  /** machineTime() before it was begun. */
  readonly begun: number;
  /** What remains. */
  undo(): Promise<Told[]>;
}

export class FaultWorld {
  readonly world: World;
  readonly keeper: UndoKeeper;
  readonly #open: OpenWorld;
  #keys = 0;

  private constructor(open: OpenWorld, world: World, keeper: UndoKeeper) {
    this.#open = open;
    this.world = world;
    this.keeper = keeper;
  }

  static async open(home: string, run = 'test'): Promise<FaultWorld> {
    const access = accessOf(home);
    const balancer = await balancerOf(access);
    const open = await openAccess(access, { stateFolder: stateFolder(home), mayRunCommands: true });
    const world = { ...open.world, balancer };
    return new FaultWorld(open, world, await UndoKeeper.start(world, run));
  }

  view(): Promise<TargetView> {
    return viewTarget(this.world, { service: { namespace: 'default', name: 'web' } });
  }

  /** Why it cannot be done. */
  async impossible(name: string, parameters: Parameters = {}): Promise<string | undefined> {
    const why = await faultNamed(name).impossible(this.world, await this.view(), parameters);
    return why?.en;
  }

  /** The names of those that can be done without a machinery. */
  async possibleByApiAlone(): Promise<string[]> {
    const target = await this.view();
    const world = { ...this.world, machinery: undefined, balancer: undefined };
    const names: string[] = [];
    for (const fault of faults.values())
      if ((await fault.impossible(world, target, {})) === undefined) names.push(fault.name);
    return names;
  }

  /** Resolves when it is proven. `meanwhile` begins when it was injected, as the extra load of a surge. */
  async inject(
    name: string,
    parameters: Parameters = {},
    meanwhile: () => void = () => {},
  ): Promise<Injected> {
    const fault = faultNamed(name);
    const target = await this.view();
    assert.equal(await fault.impossible(this.world, target, parameters), undefined);
    const { victims, injection, traffic } = this.#prepare(fault, target, this.world, parameters);
    const key = `fault ${this.#keys++}`;
    this.keeper.pledge(key, fault.undo(victims, parameters));
    const begun = machineTime();
    try {
      await fault.inject(injection);
      meanwhile();
      const proof = await eventually(() => fault.proof(injection), fault.proofWithinMs ?? 30_000);
      return { victims, proof, begun, undo: () => this.keeper.undo(key) };
    } finally {
      await traffic.close();
    }
  }

  /** With a machinery that says that it has done everything and does nothing: the proof, which is to be none. */
  async pretend(name: string, parameters: Parameters = {}): Promise<Proof | undefined> {
    const fault = faultNamed(name);
    const target = await this.view();
    assert.ok(this.world.machinery);
    const world = { ...this.world, machinery: idle(this.world.machinery) };
    const { injection, traffic } = this.#prepare(fault, target, world, parameters);
    try {
      await fault.inject(injection);
      const until = machineTime() + lookedForMs;
      let proof: Proof | undefined;
      for (let looks = 0; !proof && (looks < 3 || machineTime() < until); looks++)
        proof = await fault.proof(injection);
      return proof;
    } finally {
      await traffic.close();
    }
  }

  #prepare(fault: Fault, target: TargetView, world: World, parameters: Parameters) {
    const victims = fault.choose(target, parameters, seededRandom('1'));
    const traffic = new VictimTraffic(target, victims);
    const injection: Injection = {
      ...{ world, target, victims, parameters, notes: new Map() },
      signal: new AbortController().signal,
      answersOfVictims: () => traffic.answers,
    };
    return { victims, injection, traffic };
  }

  async close(): Promise<void> {
    await this.keeper.close();
    await this.#open.close();
  }
}

export function accessOf(home: string): OwnAccess {
  return { type: 'own', name: 'default', home };
}

export function stateFolder(home: string): string {
  return path.join(home, 'drills');
}

function faultNamed(name: string): Fault {
  const fault = faults.get(name);
  assert.ok(fault, `no fault is called ${name}`);
  return fault;
}

/** What it is asked for it tells; what it is told to do it does not do. */
function idle(real: NonNullable<World['machinery']>): NonNullable<World['machinery']> {
  const nothing = async () => {};
  const noProcesses = async () => ({ node: '', count: 0 });
  return {
    nodes: () => real.nodes(),
    ...{ stop: nothing, freeze: nothing, thaw: nothing, killKubelet: nothing },
    start: async () => true,
    ...{ killPod: noProcesses, freezePod: noProcesses, thawPod: noProcesses },
    killBalancer: async () => ({ pid: process.pid, engine: '' }),
    killControlPlane: async () => process.pid,
    links: { cut: nothing, heal: nothing, slow: nothing },
  };
}

/** Users who ask all the while, and how often a victim has answered. */
class VictimTraffic {
  answers = 0;
  readonly #users: readonly Promise<void>[];
  #isOver = false;

  constructor({ url }: TargetView, { pods }: Victims) {
    const victims = new Set(pods.map(({ name }) => name));
    // Without victims nobody need be asked.
    const users = victims.size > 0 ? 4 : 0;
    this.#users = Array.from({ length: users }, () => this.#ask(Number(new URL(url).port), victims));
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#users);
  }

  async #ask(port: number, victims: ReadonlySet<string>): Promise<void> {
    while (!this.#isOver) {
      const pod = await askPod(port).catch(() => undefined);
      if (pod !== undefined && victims.has(pod)) this.answers++;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

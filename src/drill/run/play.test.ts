import assert from 'node:assert/strict';
import { test } from 'node:test';
import { podsOn, targetOf } from '../../../tests/support/drill/targets.ts';
import { systemClock } from '../../base/clock.ts';
import { machineTime } from '../../base/machine-time.ts';
import type { Fault, Victims } from '../fault/fault.ts';
import type { TimelineEvent } from '../timeline/timeline.ts';
import { asIs, type Told, ToldError, told } from '../told.ts';
import type { TargetView } from '../world/world.ts';
import { FaultRun, type FaultRunOptions } from './fault-run.ts';
import { Play, type Played } from './play.ts';
import { ProbeWatch } from './probes/probe-watch.ts';
import type { DrillProgress } from './progress.ts';
import type { Scene } from './scene.ts';

const target = targetOf(podsOn([{ node: 'n1' }, { node: 'n2' }]), { wanted: 2 });
const gone = told('there is no Service default/web', 'no hay ningún Service default/web');
const nobody: Victims = { pods: [], nodes: [], balancer: false, controlPlane: false, states: [] };
const good = { count: 100, ok: 100, failed: 0, sorry: 0, shed: 0, bad: 0, ratePerSecond: 50 };

/** What the play tells, and `phase fault` as that begins. */
type Happens = (stage: Stage, what: DrillProgress['type'] | 'phase fault') => void;

/** A target that is served well, until somebody takes it away, and one fault that lasts. */
class Stage {
  readonly events: TimelineEvent[] = [];
  readonly log: string[] = [];
  readonly load = Promise.withResolvers<void>();
  /** Why something is not as it should be, as it was told on the way. */
  readonly whys: Told[] = [];
  readonly #happens: Happens;
  #isGone = false;

  constructor(happens: Happens) {
    this.#happens = happens;
  }

  vanish(): void {
    this.#isGone = true;
  }

  #view(): TargetView {
    if (this.#isGone) throw new ToldError(gone);
    return target;
  }

  #note(event: TimelineEvent): void {
    this.events.push(event);
    if (event.type === 'phase' && event.phase === 'fault') this.#happens(this, 'phase fault');
  }

  #tell(progress: DrillProgress): void {
    if ('why' in progress) this.whys.push(progress.why);
    this.#happens(this, progress.type);
  }

  get #scene(): Scene {
    const scenario = {
      ...{ calmMs: 1, recoverMs: 1, target: { service: { namespace: 'default', name: 'web' } } },
      steady: { limits: [], forMs: 1, withinMs: 60_000, slowMs: 1_000 },
      safety: { badShare: 1, forMs: 60_000, mostMs: 600_000 },
    };
    return {
      options: { scenario, world: { clock: systemClock } },
      recent: { window: () => good, lastBadAt: undefined },
      observer: { events: this.events, note: (event: TimelineEvent) => this.#note(event) },
      load: { finished: this.load.promise, stop: () => void this.log.push('load stopped') },
      view: () => (this.#isGone ? undefined : target),
      ...{ activeBackups: 0, inFlight: 0 },
    } as unknown as Scene;
  }

  readonly fault = new FaultRun({
    ...{ index: 0, seed: 7, world: { clock: systemClock }, key: 'a', answersOf: () => 0 },
    step: { fault: 'cut', start: { type: 'at', ms: 0 }, parameters: {} },
    fault: {
      ...{ name: 'cut', summary: { en: '', es: '' }, parameters: {}, lasts: true },
      impossible: async () => undefined,
      choose: () => nobody,
      undo: () => [],
      inject: async () => void this.log.push('injected'),
      proof: async () => ({ at: machineTime(), uncertaintyMs: 0, evidence: asIs('cut') }),
    } satisfies Fault,
    watch: { view: () => this.#view() },
    keeper: {
      pledge: () => {},
      undo: async (): Promise<Told[]> => {
        this.log.push('undone');
        return this.#isGone ? [told('the API does not answer', 'la API no responde')] : [];
      },
    },
  } as unknown as FaultRunOptions);

  async played(): Promise<Played> {
    const alive = setInterval(() => {}, 1_000);
    try {
      return await new Play({
        ...{ scene: this.#scene, faults: [this.fault], signal: new AbortController().signal },
        probes: new ProbeWatch([], {} as ConstructorParameters<typeof ProbeWatch>[1]),
        onProgress: (progress) => this.#tell(progress),
      }).run();
    } finally {
      clearInterval(alive);
    }
  }
}

test('a load that ends before the drill ends the drill, and what was begun is taken back', async () => {
  const stage = new Stage(({ load }, type) => {
    if (type === 'proven') load.resolve();
  });
  const { invalid, phases } = await stage.played();
  assert.deepEqual(
    invalid.map(({ en }) => en),
    ['the load ended before the drill did'],
  );
  assert.deepEqual(stage.log, ['injected', 'load stopped', 'undone']);
  assert.ok(phases.end !== undefined && phases.recovered === undefined);
});

test('a load that breaks is told with why, and nothing more is begun', async () => {
  const stage = new Stage(({ load }, type) => {
    if (type === 'calm') load.reject(new Error('there is no room on the disk'));
  });
  const { invalid, phases } = await stage.played();
  assert.deepEqual(invalid, [
    told('the load broke: there is no room on the disk', 'la carga se rompió: there is no room on the disk'),
  ]);
  assert.deepEqual(stage.log, ['load stopped']);
  assert.equal(phases.fault, undefined);
});

test('a target that vanishes before the fault is a finding: nobody can be hit, and it is never well again', async () => {
  const stage = new Stage((self, type) => {
    if (type === 'phase fault') self.vanish();
  });
  const { phases, invalid } = await stage.played();
  assert.deepEqual(invalid, []);
  assert.equal(stage.fault.state.injectedAt, undefined);
  assert.deepEqual(
    stage.whys.map(({ en }) => en),
    ['cut could not be injected: there is no Service default/web', 'the target is not to be seen'],
  );
  assert.equal(phases.recovered, undefined);
  assert.deepEqual(stage.log, ['load stopped']);
});

test('an API that is gone after the fault is a finding: what cannot be taken back is listed', async () => {
  const stage = new Stage((self, type) => {
    if (type === 'proven') self.vanish();
  });
  const { phases, invalid } = await stage.played();
  assert.deepEqual(invalid, []);
  assert.equal(phases.recovered, undefined);
  assert.deepEqual(
    stage.fault.state.remains.map(({ en }) => en),
    ['the API does not answer'],
  );
  assert.ok(stage.events.some(({ type }) => type === 'fault-undone'));
});

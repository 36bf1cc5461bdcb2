// What every runtime promises, whatever runs the containers. A driver runs this suite from its own test file and says what it cannot do; a
// deviation that does not happen (any more) fails, so that the list stays true.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateContainerError,
  ImageError,
  NotFoundError,
  RunContainerError,
} from '../../src/runtime/errors.ts';
import type {
  ContainerExit,
  ContainerSpec,
  ResolvedImage,
  Runtime,
  RuntimeContainer,
  RuntimePodSpec,
} from '../../src/runtime/runtime.ts';
import { eventually } from '../support/eventually.ts';
import { runtimeMounts } from './runtime-mounts.ts';
import { runtimeStreams } from './runtime-streams.ts';
import type { Behaviour, RunningRuntime, RuntimeUnderTest, WithRuntime } from './runtime-subject.ts';
import { runtimeTerminals } from './runtime-terminals.ts';

let serial = 0;

export function podSpec(annotations: Record<string, string> = {}): RuntimePodSpec {
  const name = `pod-${++serial}`;
  const network = { ips: ['127.0.0.1'] };
  return { uid: `uid-${name}`, namespace: 'default', name, hostname: name, labels: {}, annotations, network };
}

export function containerSpec(image: ResolvedImage, more: Partial<ContainerSpec> = {}): ContainerSpec {
  const nothing = { env: {}, mounts: [], resources: {}, ports: [] };
  return { name: 'app', attempt: 0, image, ...nothing, ...more };
}

export function runtimeConformance(name: string, subject: RuntimeUnderTest): void {
  const withRuntime = (run: (opened: RunningRuntime) => Promise<void>) => async () => {
    const opened: RunningRuntime = { runtime: await subject.open(), subject, start };
    try {
      await run(opened);
    } finally {
      await opened.runtime.close();
      await subject.destroy(opened.runtime);
    }
  };
  describe(`${name}: pods and images`, () => podsAndImages(withRuntime));
  describe(`${name}: containers`, () => containers(withRuntime));
  describe(`${name}: stopping`, () => stopping(withRuntime));
  describe(`${name}: adoption`, () => adoption(withRuntime));
  describe(`${name}: mounts`, () => runtimeMounts(withRuntime));
  describe(`${name}: streams`, () => runtimeStreams(withRuntime));
  describe(`${name}: terminals`, () => runtimeTerminals(withRuntime));
}

/** A new pod with one container of this behaviour. */
async function start(
  { runtime, subject }: RunningRuntime,
  behaviour: Behaviour,
  more: Partial<ContainerSpec> = {},
): Promise<RuntimeContainer> {
  const { container, annotations } = subject.behaviour(behaviour);
  const spec = podSpec(annotations);
  await runtime.createPod(spec);
  const image = await runtime.resolveImage({ image: subject.image, policy: 'IfNotPresent' });
  return runtime.startContainer(spec.uid, containerSpec(image, { ...container, ...more }));
}

async function listed(runtime: Runtime, id: string): Promise<RuntimeContainer | undefined> {
  const pods = await runtime.pods();
  return pods.flatMap((pod) => pod.containers).find((container) => container.id === id);
}

function exitOf(runtime: Runtime, id: string): Promise<ContainerExit> {
  return eventually(async () => (await listed(runtime, id))?.exit);
}

function podsAndImages(withRuntime: WithRuntime): void {
  test(
    'a pod is listed with what it was created with, until it is removed',
    withRuntime(async ({ runtime }) => {
      const spec = podSpec({ a: 'b' });
      await runtime.createPod(spec);
      const again = await runtime.createPod(spec);
      assert.deepEqual(again.spec, spec);
      assert.deepEqual(
        (await runtime.pods()).map((pod) => pod.spec),
        [spec],
      );
      await runtime.removePod(spec.uid);
      await runtime.removePod(spec.uid);
      assert.deepEqual(await runtime.pods(), []);
    }),
  );

  test(
    'an image is found or refused with its reason',
    withRuntime(async ({ runtime, subject }) => {
      const image = await runtime.resolveImage({ image: subject.image, policy: 'IfNotPresent' });
      assert.notEqual(image.id, '');
      const refused = (reason: string) => (error: unknown) =>
        error instanceof ImageError && error.reason === reason && error.message !== '';
      const missing = { image: subject.missingImage, policy: 'IfNotPresent' } as const;
      await assert.rejects(runtime.resolveImage(missing), refused('ErrImagePull'));
      const invalid = { image: 'NO such//image', policy: 'IfNotPresent' } as const;
      await assert.rejects(runtime.resolveImage(invalid), refused('InvalidImageName'));
    }),
  );
}

function containers(withRuntime: WithRuntime): void {
  test(
    'a container runs under an id of its own and can be started again after its end',
    withRuntime(async (opened) => {
      const { runtime, subject } = opened;
      const first = await opened.start(opened, 'fails');
      await exitOf(runtime, first.id);
      const { container } = subject.behaviour('fails');
      const spec = containerSpec(first.image, { ...container, attempt: 1 });
      const second = await runtime.startContainer(first.podUid, spec);
      await exitOf(runtime, second.id);
      const third = await runtime.startContainer(first.podUid, { ...spec, attempt: 2 });
      assert.equal(new Set([first.id, second.id, third.id]).size, 3);
      const [pod] = await runtime.pods();
      assert.deepEqual(
        pod?.containers.map(({ id, attempt }) => [id, attempt]),
        [
          [second.id, 1],
          [third.id, 2],
        ],
      );
    }),
  );

  for (const [behaviour, exitCode] of [
    ['fails', 3],
    ['succeeds', 0],
  ] as const) {
    test(
      `the end of a container that ${behaviour} is told and listed with its code`,
      withRuntime(async (opened) => {
        const { runtime } = opened;
        const told: RuntimeContainer[] = [];
        runtime.events.subscribe((event) => event.type === 'container' && told.push(event.container));
        const { id, startedAt } = await opened.start(opened, behaviour);
        const exit = await exitOf(runtime, id);
        assert.equal(exit.exitCode, exitCode);
        assert.ok(exit.finishedAt >= startedAt);
        const event = await eventually(() => told.find((container) => container.id === id && container.exit));
        assert.deepEqual(event.exit, exit);
      }),
    );
  }

  test(
    'a program that cannot be started leaves nothing behind',
    withRuntime(async (opened) => {
      await assert.rejects(opened.start(opened, 'no-program'), RunContainerError);
      const [pod] = await opened.runtime.pods();
      assert.deepEqual(pod?.containers, []);
    }),
  );

  test(
    'a container needs its pod',
    withRuntime(async ({ runtime, subject }) => {
      const image = await runtime.resolveImage({ image: subject.image, policy: 'IfNotPresent' });
      const started = runtime.startContainer('nobody', containerSpec(image));
      await assert.rejects(started, (e) => e instanceof NotFoundError || e instanceof CreateContainerError);
    }),
  );

  test(
    'an aborted start leaves either nothing or a container that is listed',
    withRuntime(async (opened) => {
      const { runtime, subject } = opened;
      const spec = podSpec(subject.behaviour('runs').annotations);
      await runtime.createPod(spec);
      const image = await runtime.resolveImage({ image: subject.image, policy: 'IfNotPresent' });
      const abort = new AbortController();
      const container = containerSpec(image, subject.behaviour('runs').container);
      const started = runtime.startContainer(spec.uid, container, abort.signal);
      abort.abort(new Error('changed my mind'));
      const outcome = await started.catch((error: Error) => error.message);
      const [pod] = await runtime.pods();
      if (typeof outcome === 'string') assert.equal(outcome, 'changed my mind');
      else
        assert.deepEqual(
          pod?.containers.map(({ id }) => id),
          [outcome.id],
        );
    }),
  );
}

function stopping(withRuntime: WithRuntime): void {
  test(
    'a container that obeys ends by SIGTERM',
    withRuntime(async (opened) => {
      const { id } = await opened.start(opened, 'runs');
      const stopped = await opened.runtime.stopContainer(id, { graceMs: 60_000 });
      assert.deepEqual(stopped?.exit, (await listed(opened.runtime, id))?.exit);
      assert.ok(stopped?.exit && [0, 143].includes(stopped.exit.exitCode));
      const again = await opened.runtime.stopContainer(id, { graceMs: 60_000 });
      assert.deepEqual(again?.exit, stopped.exit);
    }),
  );

  test(
    'one that does not is killed when its grace period is over, which may be shortened',
    withRuntime(async (opened) => {
      const { id } = await opened.start(opened, 'stubborn');
      const slow = opened.runtime.stopContainer(id, { graceMs: 600_000 });
      const quick = await opened.runtime.stopContainer(id, { graceMs: 20 });
      const expected = [137, 9];
      assert.deepEqual([quick?.exit?.exitCode, quick?.exit?.signal], expected);
      assert.deepEqual((await slow)?.exit, quick?.exit);
    }),
  );

  test(
    'a grace period of nothing kills at once; an unknown container is nothing to stop',
    withRuntime(async (opened) => {
      const { id } = await opened.start(opened, 'runs');
      const killed = await opened.runtime.stopContainer(id, { graceMs: 0 });
      assert.equal(killed?.exit?.exitCode, 137);
      assert.equal(await opened.runtime.stopContainer('nobody', { graceMs: 0 }), undefined);
    }),
  );

  test(
    'removing a pod kills what runs in it',
    withRuntime(async (opened) => {
      const { runtime } = opened;
      const { id, podUid } = await opened.start(opened, 'stubborn');
      await runtime.removePod(podUid);
      assert.deepEqual(await runtime.pods(), []);
      assert.equal(await runtime.stopContainer(id, { graceMs: 0 }), undefined);
      assert.deepEqual(await runtime.stats(), []);
    }),
  );
}

function adoption(withRuntime: WithRuntime): void {
  test(
    'what runs goes on without its runtime and is found by the next one',
    withRuntime(async (opened) => {
      const running = await opened.start(opened, 'runs', { attempt: 4 });
      const failed = await opened.start(opened, 'fails');
      await exitOf(opened.runtime, failed.id);
      const before = await opened.runtime.pods();
      await opened.runtime.close();
      opened.runtime = await opened.subject.reopen(opened.runtime);
      assert.deepEqual(byUid(await opened.runtime.pods()), byUid(before));
      const stopped = await opened.runtime.stopContainer(running.id, { graceMs: 60_000 });
      assert.equal(stopped?.attempt, 4);
      assert.ok(stopped.exit);
    }),
  );

  test(
    'use is measured of what runs',
    withRuntime(async (opened) => {
      const running = await opened.start(opened, 'runs');
      await exitOf(opened.runtime, (await opened.start(opened, 'fails')).id);
      const usage = await eventually(async () => (await opened.runtime.stats())[0]);
      assert.deepEqual([usage.podUid, usage.containerId, usage.name], [running.podUid, running.id, 'app']);
      assert.ok(usage.memoryWorkingSetBytes > 0);
      assert.ok(usage.cpuCoreNanoseconds >= 0);
      assert.equal((await opened.runtime.stats()).length, 1);
    }),
  );
}

function byUid<T extends { spec: { uid: string } }>(pods: T[]): T[] {
  return pods.toSorted((a, b) => (a.spec.uid < b.spec.uid ? -1 : 1));
}

// Users of a load plan without a network and without real time: answers are scripted, and a fake clock moves on as long as anybody waits.

import type {
  HttpAnswer,
  HttpClient,
  HttpFailure,
  ResolvedRequest,
} from '../../../src/load/http/http-exchange.ts';
import type { HttpStep } from '../../../src/load/plan/http-step.ts';
import type { ClosedLoad, ControllerStep, Group, Plan, Step } from '../../../src/load/plan/plan.ts';
import { Locks } from '../../../src/load/run/locks.ts';
import type { Shared } from '../../../src/load/run/shared.ts';
import type { Sample } from '../../../src/load/sample.ts';
import { GroupRunner } from '../../../src/load/user/group-runner.ts';
import type { UserClock } from '../../../src/load/user/pacing/agenda.ts';
import type { UserTools } from '../../../src/load/user/user-tools.ts';
import { FakeClock } from '../fake-clock.ts';

export interface ScriptedAnswer {
  readonly status?: number;
  /** Of the fake clock; 0: at once. */
  readonly elapsedMs?: number;
  readonly body?: string;
  readonly failure?: HttpFailure;
  readonly isCached?: boolean;
}

export type Script = (request: ResolvedRequest, sent: { number: number; user: string }) => ScriptedAnswer;

export class FakeUserClock implements UserClock {
  readonly fake = new FakeClock();

  now(): number {
    return this.fake.monotonic();
  }

  at(time: number, fn: () => void): () => void {
    return this.fake.after(time - this.now(), fn);
  }
}

/** A request that needs nothing; `name` is its label and its path. */
export function http(
  name: string,
  more: Omit<Partial<HttpStep>, 'request'> & { path?: string } = {},
): HttpStep {
  const { path = `/${name}`, ...step } = more;
  const request = {
    ...{ method: 'GET', protocol: 'http', host: 'localhost', port: '', path, arguments: [], files: [] },
    ...{ multipart: false, headers: [], redirects: 'sub-samples' as const, keepAlive: true, encoding: '' },
    authorizations: [],
  };
  return { type: 'http', name, at: name, request, timers: [], extractors: [], assertions: [], ...step };
}

type WithoutSteps<Type> = Type extends unknown ? Omit<Type, 'steps' | 'name'> & { name?: string } : never;

export function controller(terms: WithoutSteps<ControllerStep>, ...steps: Step[]): ControllerStep {
  return { name: terms.type, ...terms, steps } as ControllerStep;
}

export function group(steps: readonly Step[], more: Partial<Omit<Group, 'steps'>> = {}): Group {
  return {
    ...{ name: 'Group', kind: 'main', load: closed({}), onError: 'continue', sameUser: true },
    ...{ dataFiles: [], counters: [], userParameters: [], steps, ...more },
  };
}

export function closed(load: Partial<ClosedLoad>): ClosedLoad {
  return { model: 'closed', users: '1', rampUpMs: '0', loops: '1', delayMs: '0', ...load };
}

export function plan(groups: readonly Group[], more: Partial<Plan> = {}): Plan {
  return {
    ...{ name: 'Plan', dialect: 'jmeter', folder: '/', variables: [], properties: {}, groups, dataFiles: [] },
    ...{ cookieJars: [], caches: [], oneAfterTheOther: false, tearDownAfterStop: true, thresholds: [] },
    ...more,
  };
}

export class UserWorld {
  readonly clock = new FakeUserClock();
  readonly samples: Sample[] = [];
  readonly sent: { target: string; user: string; at: number }[] = [];
  readonly lags: number[] = [];
  readonly stops: string[] = [];
  readonly iterations: string[] = [];
  readonly clients = new Map<string, { closed: boolean }>();
  readonly runner: GroupRunner;
  readonly #script: Script;
  #ids = 0;
  #counts = new Map<string, number>();
  #locks = new Locks();
  #random = 0;

  constructor(
    of: Plan | Group | readonly Step[],
    { script = () => ({}), ...more }: { script?: Script } & Partial<UserTools> = {},
  ) {
    this.#script = script;
    const whole = 'groups' in of ? of : plan(['steps' in of ? of : group(of)]);
    const tools: UserTools = {
      ...{ plan: whole, shared: this.shared(), worker: 0, workers: 1, seed: 1 },
      ...{ properties: new Map(), keepDetail: () => false, allUsers: () => this.runner.users },
      random: () => {
        this.#random = (this.#random + 0.618_033_988_75) % 1;
        return this.#random;
      },
      record: (sample) => this.samples.push(sample),
      nextLoadId: () => `run-0-${++this.#ids}`,
      stopRun: (how) => {
        this.stops.push(how);
        this.runner.stop(how);
      },
      sending: (lagMs) => this.lags.push(lagMs),
      clientFor: (user) => this.#client(user),
      ...more,
    };
    this.runner = new GroupRunner(whole.groups[0] as Group, tools, this.clock);
  }

  get labels(): string {
    return this.samples.map(({ label }) => label).join(' ');
  }

  /** Until the group is over; time passes by itself, millisecond by millisecond. `each`: told of every one of them. */
  async run(each: (now: number) => void = () => {}): Promise<this> {
    let isOver = false;
    const end = this.runner.run(0).finally(() => {
      isOver = true;
    });
    end.catch(() => {});
    while (!isOver) {
      for (let turns = 0; turns < 3; turns++) {
        this.clock.fake.advance(0);
        await new Promise((resolve) => setImmediate(resolve));
      }
      each(this.clock.now());
      if (!isOver) this.clock.fake.advance(1);
    }
    await end;
    return this;
  }

  /** Counts and rows as one process has them. */
  shared(): Shared {
    const count = (name: string) => {
      const next = (this.#counts.get(name) ?? 0) + 1;
      this.#counts.set(name, next);
      return next;
    };
    return {
      row: (file, _, user) => [`${file}${count(`row ${file}`)}`, user],
      count,
      take: (name, most) => (this.#counts.get(name) ?? 0) < most && count(name) > 0,
      due: (timer, perMinute) => (count(`due ${timer}`) - 1) * (60_000 / perMinute),
      lock: (name, holder) => this.#locks.take(name, holder),
      unlock: (name, holder) => this.#locks.release(name, holder),
      meet: () => new Promise(() => {}),
    };
  }

  #client(user: string): HttpClient {
    const cuts = new Set<() => void>();
    const state = { closed: false };
    this.clients.set(user, state);
    return {
      send: (request) => {
        const number = this.sent.push({ target: request.target, user, at: this.clock.now() });
        const answer = this.#script(request, { number, user });
        const sent = { request, startedAt: this.clock.now(), loadId: `run-0-${number}` };
        return new Promise((resolve) => {
          const end = (more: ScriptedAnswer) => {
            cuts.delete(cut);
            cancel();
            resolve(answerOf({ ...answer, ...more }, sent, this.clock.now() - sent.startedAt));
          };
          const cut = () =>
            end({ status: 0, failure: { name: 'java.net.SocketException', message: 'cut', isCut: true } });
          cuts.add(cut);
          const cancel = answer.elapsedMs ? this.clock.fake.after(answer.elapsedMs, () => end({})) : () => {};
          if (!answer.elapsedMs) end({});
        });
      },
      nextIteration: (sameUser) => void this.iterations.push(`${user} ${sameUser}`),
      close: () => {
        state.closed = true;
        for (const cut of cuts) cut();
      },
    };
  }
}

function answerOf(
  { status = 200, body, failure, isCached = false }: ScriptedAnswer,
  { request, startedAt, loadId }: { request: ResolvedRequest; startedAt: number; loadId: string },
  elapsedMs: number,
): HttpAnswer {
  return {
    ...{ url: `http://${request.host}${request.target}`, status, message: failure?.message ?? 'OK', loadId },
    ...{
      head: `HTTP/1.1 ${status} OK`,
      contentType: 'text/html',
      startedAt,
      elapsedMs,
      isCached,
      requests: 1,
    },
    ...{ latencyMs: elapsedMs / 2, connectMs: 1, headBytes: 15, bodyBytes: 85, sentBytes: 50 },
    ...{ isRepeated: false, redirectedFrom: [], requestHead: () => `${request.method} ${request.target}` },
    ...(failure ? { failure } : {}),
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  };
}

// What a plan is going to do, in plain words: who asks, how often, for how long, and what for.

import type { Language } from '../../base/language.ts';
import type { HttpStep } from '../plan/http-step.ts';
import { knownValues } from '../plan/known-values.ts';
import type { ClosedLoad, Group, OpenLoad, Plan } from '../plan/plan.ts';
import { requestsIn } from '../plan/requests-in.ts';
import { Figures } from './figures.ts';
import { plain } from './tables/text-table.ts';
import { wordsFor } from './words/words.ts';

const shownRequests = 12;

/** One line each. Values that are known only when it runs stand as they are written. */
export function planDescription(plan: Plan, language: Language): string[] {
  const description = new Description(plan, language);
  return [...plan.groups.flatMap((group) => description.group(group)), ...description.rest(plan)].map(
    (line) => `${/^ */.exec(line)}${plain(line)}`,
  );
}

class Description {
  readonly #words;
  readonly #figures: Figures;
  readonly #known: (template: string) => string;

  constructor(plan: Plan, language: Language) {
    this.#known = knownValues(plan);
    this.#words = wordsFor(language).check;
    this.#figures = new Figures(language);
  }

  group({ name, kind, load, steps }: Group): string[] {
    const words = this.#words;
    const how = load.model === 'open' ? this.#open(load) : this.#closed(load);
    const requests = requestsIn(steps);
    const rate = throughputOf(requests);
    const more = requests.length - shownRequests;
    return [
      `${words.group(words.groups[kind], name)}: ${[...how, ...(rate === undefined ? [] : [words.throughput(this.#figures.number(rate))])].join(', ')}`,
      `  ${words.requests(requests.length)}`,
      ...requests.slice(0, shownRequests).map((request) => `    ${this.#request(request)}`),
      ...(more > 0 ? [`    ${words.moreRequests(more)}`] : []),
    ];
  }

  rest({ dataFiles, thresholds, oneAfterTheOther, groups }: Plan): string[] {
    const words = this.#words;
    return [
      ...(oneAfterTheOther && groups.length > 1 ? [words.oneAfterTheOther] : []),
      ...dataFiles.map(({ file }) => words.data(this.#known(file))),
      thresholds.length === 0 ? words.noThresholds : words.thresholds(thresholds.join(', ')),
    ];
  }

  #closed({ users, rampUpMs, loops, durationMs, delayMs }: ClosedLoad): string[] {
    const words = this.#words;
    const isForever = loops === undefined || Number(this.#known(loops)) < 0;
    return [
      words.users(this.#number(users)),
      ...(isZero(rampUpMs) ? [] : [words.rampUp(this.#time(rampUpMs))]),
      isForever ? words.forever : words.loops(this.#number(loops)),
      ...(durationMs === undefined ? [] : [words.duration(this.#time(durationMs))]),
      ...(isZero(delayMs) ? [] : [words.delay(this.#time(delayMs))]),
    ];
  }

  #open({ stages, maxUsers, arrivals }: OpenLoad): string[] {
    const words = this.#words;
    const rates = stages.map(({ fromRate, toRate, durationMs }) => {
      const time = this.#figures.duration(durationMs);
      const [from, to] = [this.#figures.number(fromRate), this.#figures.number(toRate)];
      return fromRate === toRate ? words.stage(from, time) : words.ramp(from, to, time);
    });
    return [
      ...rates,
      words.maxUsers(this.#figures.count(maxUsers)),
      ...(arrivals === 'poisson' ? [words.poisson] : []),
    ];
  }

  #number(template: string): string {
    const known = this.#known(template);
    return Number.isFinite(Number(known)) ? this.#figures.count(Number(known)) : known;
  }

  #time(template: string): string {
    const known = this.#known(template);
    return Number.isFinite(Number(known)) ? this.#figures.duration(Number(known)) : `${known} ms`;
  }

  #request({ name, request }: HttpStep): string {
    const { protocol, host, port } = request;
    const path = this.#known(request.path);
    const isWhole = /^(https?:|\$\{)/.test(path);
    const place = isWhole ? path : this.#known(`${protocol || 'http'}://${host}${port && `:${port}`}${path}`);
    return `${name}: ${request.method} ${place}`;
  }
}

function isZero(template: string): boolean {
  return Number(template) === 0;
}

/** Of all users of the group together; a second. */
function throughputOf(requests: readonly HttpStep[]): number | undefined {
  const timer = requests
    .flatMap(({ timers }) => timers)
    .find((one) => one.type === 'throughput' && one.of !== 'this-user');
  const perMinute = timer?.type === 'throughput' ? Number(timer.perMinute) : Number.NaN;
  return Number.isFinite(perMinute) ? perMinute / 60 : undefined;
}

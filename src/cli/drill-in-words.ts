// A drill in plain words: what it does, what it needs and what its verdict rests on.

import path from 'node:path';
import type { Language } from '../base/language.ts';
import { faults } from '../drill/fault/catalogue.ts';
import type { Fault } from '../drill/fault/fault.ts';
import { lastsWith } from '../drill/fault/lasts.ts';
import type { Expectation, FaultStep, Probe, Scenario } from '../drill/scenario/scenario.ts';
import { needOf } from './fault-needs.ts';
import { type Rows, rowsText } from './headed-rows.ts';
import type { DrillWords } from './messages/drills/en.ts';

/** Text for people, of several lines. */
export function drillInWords(scenario: Scenario, words: DrillWords, language: Language): string {
  const { title, why, name } = scenario;
  const reason = why[language] ?? why.en ?? '';
  const rows = rowsText(new DrillWording(words, language).rows(scenario));
  return [`${title[language] ?? title.en}  (${name})`, reason, rows]
    .filter((part) => part !== '')
    .join('\n\n');
}

class DrillWording {
  readonly #words: DrillWords;
  readonly #language: Language;

  constructor(words: DrillWords, language: Language) {
    this.#words = words;
    this.#language = language;
  }

  rows(scenario: Scenario): Rows {
    const { heads, recovery, calm, verdict } = this.#words;
    const { steady, recoverMs, calmMs, application, file } = scenario;
    const limits = steady.limits.map(({ of, text }) => `${of} ${text}`).join(', ');
    return [
      [heads.file, [file]],
      [heads.needs, this.#needs(scenario)],
      [heads.target, [this.#target(scenario)]],
      [heads.applied, application.length === 0 ? [] : [this.#words.applied(beside(file, application))]],
      [heads.load, [this.#load(scenario)]],
      [heads.steady, [this.#words.steady(limits, time(steady.forMs), time(steady.withinMs))]],
      [heads.calm, [calm(time(calmMs))]],
      [heads.faults, this.#faults(scenario)],
      [heads.recovery, scenario.faults.length === 0 ? [] : [recovery(time(recoverMs))]],
      [heads.probes, scenario.probes.map((probe) => this.#probe(probe))],
      [heads.expected, scenario.expectations.map((one) => this.#expectation(one))],
      [heads.safety, [this.#safety(scenario)]],
      [heads.chance, this.#chance(scenario)],
      [heads.verdict, verdict()],
    ];
  }

  #needs({ faults: steps }: Scenario): string[] {
    return [...new Set(steps.map(({ fault }) => this.#words.needs[needOf(fault)]))];
  }

  #target({ target: { service, url } }: Scenario): string {
    const name = service && this.#words.service(`${service.namespace}/${service.name}`);
    return [name, url].filter((part) => part !== undefined).join(', ');
  }

  #load({ load, file }: Scenario): string {
    const { ratePerSecond, users = 1, thinkMs = 0, plan, sessions } = load;
    const what = `${load.method} ${load.path}`;
    const asked = () =>
      ratePerSecond === undefined
        ? this.#words.users(users, time(thinkMs), what)
        : this.#words.rate(String(Number(ratePerSecond.toFixed(2))), what);
    const whole = plan === undefined ? asked() : this.#words.plan(beside(file, [plan]));
    return sessions ? `${whole}; ${this.#words.sessions()}` : whole;
  }

  #faults({ faults: steps }: Scenario): string[] {
    return steps.length === 0 ? [this.#words.noFault()] : steps.flatMap((step) => this.#fault(step));
  }

  #fault({ fault, start, forMs, parameters }: FaultStep): string[] {
    const { at, after, lasting, toTheEnd } = this.#words;
    const known = faults.get(fault);
    const isLasting = known !== undefined && lastsWith(known, parameters);
    const begin = start.type === 'at' ? at(time(start.ms)) : after(time(start.ms));
    const howLong = forMs === undefined ? toTheEnd() : lasting(time(forMs));
    const parts = [begin, fault, ...parametersIn(parameters, known), ...(isLasting ? [howLong] : [])];
    return [parts.join(', '), ...(known ? [`  ${known.summary[this.#language]}`] : [])];
  }

  #probe({ name, when, everyMs, http, object, shares }: Probe): string {
    const often = when === 'start' || when === 'end' ? '' : ` (${time(everyMs)})`;
    const status =
      http &&
      `${http.path} ${http.status.join(', ')}${http.contains === undefined ? '' : ` "${http.contains}"`}`;
    const looked = object && `${object.resource} ${object.jsonPath} = ${object.equals}`;
    const shared = shares && `shares${shares.times === undefined ? '' : ` <= ${shares.times} : 1`}`;
    return `${name}: ${this.#words.when[when]}${often}: ${status ?? looked ?? shared}`;
  }

  #expectation({ measure, limit, during }: Expectation): string {
    return `${measure} ${limit.text}  ${this.#words.during[during]}`;
  }

  #safety({ safety: { badShare, forMs, mostMs } }: Scenario): string {
    return this.#words.safety(`${Number((badShare * 100).toFixed(1))} %`, time(forMs), time(mostMs));
  }

  #chance({ seed, repeats }: Scenario): string[] {
    const { seed: seeded, noSeed, repeats: often } = this.#words;
    return [seed === undefined ? noSeed() : seeded(seed), ...(repeats > 1 ? [often(repeats)] : [])];
  }
}

/** Less what is so anyway. */
function parametersIn(parameters: FaultStep['parameters'], known: Fault | undefined): string[] {
  return Object.entries(parameters)
    .filter(([name, value]) => known?.parameters.properties?.[name]?.default !== value)
    .map(([name, value]) => `${name}: ${[value].flat().join(' ')}`);
}

/** As their file names them. */
function beside(file: string, others: readonly string[]): string {
  return others.map((other) => path.relative(path.dirname(file), other)).join(', ');
}

function time(ms: number): string {
  if (ms < 1_000 && ms > 0) return `${ms} ms`;
  const seconds = Number((ms / 1_000).toFixed(1));
  return seconds >= 120 && seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

// All that is in force for the samplers of one place: the levels around it, put together as JMeter's TestCompiler and HTTPSamplerBase do.

import type { Assertion, Authorization, Extractor, HttpStep, Stop, Timer } from '../../plan/http-step.ts';
import type { NameValue, UserParameters } from '../../plan/template.ts';
import type { TestElement } from '../tree/test-element.ts';
import type { Level } from './level.ts';

export interface Surroundings {
  /** The nearest first. */
  readonly defaults: readonly TestElement[];
  readonly headers: readonly NameValue[];
  readonly cookieJar?: string | null;
  readonly cache?: string;
  readonly authorizations?: readonly Authorization[];
  /** From here on the outermost is first. */
  readonly timers: readonly Timer[];
  readonly extractors: readonly Extractor[];
  readonly assertions: readonly Assertion[];
  readonly onFailure: readonly Stop[];
  readonly userParameters: readonly UserParameters[];
}

export const nothingAround: Surroundings = {
  defaults: [],
  headers: [],
  timers: [],
  extractors: [],
  assertions: [],
  onFailure: [],
  userParameters: [],
};

/** Post-processors and assertions of outer levels come first. Of cookie, cache and authorization managers the outermost wins, on a level the last. */
export function within(outer: Surroundings, level: Level): Surroundings {
  const cookieJar = outer.cookieJar === undefined ? level.cookieJars.at(-1) : outer.cookieJar;
  const cache = outer.cache ?? level.caches.at(-1);
  const authorizations = outer.authorizations ?? level.authorizations.at(-1);
  return {
    defaults: joined(level.defaults, outer.defaults),
    headers: [...level.headers, outer.headers].reduce(mergedHeaders),
    ...(cookieJar === undefined ? {} : { cookieJar }),
    ...(cache === undefined ? {} : { cache }),
    ...(authorizations === undefined ? {} : { authorizations }),
    timers: joined(outer.timers, level.timers),
    extractors: joined(outer.extractors, level.extractors),
    assertions: joined(outer.assertions, level.assertions),
    onFailure: joined(outer.onFailure, level.onFailure),
    userParameters: joined(outer.userParameters, level.userParameters),
  };
}

/** Thousands of samplers share what is around them, so nothing is copied for one that has nothing of its own. */
function joined<T>(first: readonly T[], second: readonly T[]): readonly T[] {
  if (second.length === 0) return first;
  return first.length === 0 ? second : [...first, ...second];
}

/** A name that the nearer manager has is the nearer one's; one manager may well have a name twice. */
function mergedHeaders(near: readonly NameValue[], far: readonly NameValue[]): readonly NameValue[] {
  if (near.length === 0 || far.length === 0) return near.length === 0 ? far : near;
  const merged = [...near];
  const names = new Set(near.map(({ name }) => name.toLowerCase()));
  for (const header of far) {
    const name = header.name.toLowerCase();
    if (names.has(name)) continue;
    names.add(name);
    merged.push(header);
  }
  return merged;
}

/** What any sampler has of it, whatever it does. */
export function inForce(around: Surroundings): Omit<HttpStep, 'type' | 'request' | 'name' | 'at'> {
  const { userParameters, timers, extractors, assertions, onFailure } = around;
  return {
    ...(userParameters.length === 0 ? {} : { userParameters }),
    ...{ timers, extractors, assertions },
    ...(onFailure.length === 0 ? {} : { onFailure }),
  };
}

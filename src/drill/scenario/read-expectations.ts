// What a drill has to come to, as limits: those that are written, and those that every drill has.

import { type Comparison, parseComparison } from './comparison.ts';
import { unitOfMeasure } from './defaults.ts';
import { type Expectation, measures, type SteadyState, type TargetRef } from './scenario.ts';
import type { WrittenLimit, WrittenLimits, WrittenScenario } from './written.ts';

type Tell = (field: string, message: string) => void;

const steadyUnits = { errors: 'share', p99: 'ms', p95: 'ms', rate: 'count' } as const;

/** A limit that cannot be read is told, and left out. */
export class ExpectationReader {
  readonly #tell: Tell;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** With `of`. */
  steadyLimits(
    written: { readonly [of in keyof typeof steadyUnits]: WrittenLimit | undefined },
  ): Comparison[] {
    return (['errors', 'p99', 'p95', 'rate'] as const).flatMap((of) =>
      this.#limit(withoutPerSecond(written[of], of), steadyUnits[of], `steady.${of}`).map((limit) => ({
        ...{ ...limit, text: String(written[of]), of },
      })),
    );
  }

  /** The written ones in the order of their words; then those that every drill has and this one does not say otherwise. */
  read(
    { fault = {}, calm = {}, ...drill }: WrittenScenario['expect'],
    steady: SteadyState,
    target: TargetRef,
  ): Expectation[] {
    const written = [
      ...this.#during('drill', drill, 'expect'),
      ...this.#during('fault', fault, 'expect.fault'),
      ...this.#during('calm', calm, 'expect.calm'),
    ];
    const isSaid = (other: Expectation) =>
      written.some(({ measure, during }) => measure === other.measure && during === other.during);
    return [...written, ...alwaysExpected(steady, target).filter((other) => !isSaid(other))];
  }

  #during(during: Expectation['during'], written: WrittenLimits, at: string): Expectation[] {
    return measures.flatMap((measure) =>
      this.#limit(written[measure], unitOfMeasure[measure], `${at}.${measure}`).map((limit) => ({
        ...{ measure, limit, during },
      })),
    );
  }

  #limit(written: WrittenLimit | undefined, unit: Comparison['unit'], field: string): Comparison[] {
    if (written === undefined) return [];
    try {
      const limit = parseComparison(String(written), unit);
      if (limit.of === undefined) return [limit];
      this.#tell(field, `"${written}": leave "${limit.of}" out, the field says it`);
    } catch (error) {
      this.#tell(field, (error as Error).message);
    }
    return [];
  }
}

/** A rate may say that it is one: `>=90/s`. */
function withoutPerSecond(written: WrittenLimit | undefined, of: string): WrittenLimit | undefined {
  return of === 'rate' && typeof written === 'string' ? written.replace(/\s*\/s$/, '') : written;
}

/** The phase without a fault has to be good in every drill; and failures that nothing explains are not (DRILLS.md, "Who came, who went"). */
function alwaysExpected({ limits }: SteadyState, { service }: TargetRef): Expectation[] {
  const known: Expectation[] = service
    ? [{ measure: 'unattributed', limit: parseComparison('0', 'count'), during: 'drill' }]
    : [];
  const calm = limits.flatMap((limit): Expectation[] => {
    if (limit.of === 'errors') return [{ measure: 'availability', limit: turned(limit), during: 'calm' }];
    return limit.of === 'p99' ? [{ measure: 'p99', limit, during: 'calm' }] : [];
  });
  return [...known, ...calm];
}

const opposite = { '<': '>', '<=': '>=', '=': '=', '>=': '<=', '>': '<' } as const;

/** At most 1 % of errors is at least 99 % of availability. */
function turned({ operator, text }: Comparison): Comparison {
  const percent = Number(/\d+(\.\d+)?/.exec(text)?.[0]);
  const decimals = /\.(\d+)/.exec(text)?.[1]?.length ?? 0;
  return parseComparison(`${opposite[operator]}${(100 - percent).toFixed(decimals)}%`, 'share');
}

// Reads a drill's file: words and units become a scenario, and whatever is wrong with them is told with its line.

import path from 'node:path';
import { durationMs, share } from '../../api/measures.ts';
import { FileFaults } from '../../api/schema/file-faults.ts';
import { type LineOf, readYamlFile } from '../../api/schema/yaml-file.ts';
import { rateOf } from '../../load/plan/yaml/read-plan.ts';
import { scenarioDefaults as usual } from './defaults.ts';
import { ExpectationReader } from './read-expectations.ts';
import { type KnownFaults, readFaultSteps } from './read-fault-steps.ts';
import type { DrillLoad, Probe, Safety, Scenario, SteadyState, TargetRef } from './scenario.ts';
import { scenarioSchema } from './scenario-schema.ts';
import type { WrittenProbe, WrittenScenario } from './written.ts';

/**
 * `file` is its path: faults begin with it, and other files that it names lie beside it. With `faults` the parameters of each step are
 * checked, and get their defaults; without, all of them are taken. Throws FileFaults with everything that is wrong with its form; what
 * its words cannot mean together is check-scenario.ts's.
 */
export function readScenario(source: string, file: string, faults?: KnownFaults): Scenario {
  const { value: written, lineOf } = readYamlFile<WrittenScenario>(
    source,
    file,
    scenarioSchema,
    'a drill: a map with target, faults and expect',
  );
  return new ScenarioReader(written, lineOf, file, faults).read();
}

class ScenarioReader {
  readonly #written: WrittenScenario;
  readonly #lineOf: LineOf;
  readonly #file: string;
  readonly #known: KnownFaults | undefined;
  readonly #wrong: string[] = [];

  constructor(written: WrittenScenario, lineOf: LineOf, file: string, known: KnownFaults | undefined) {
    this.#written = written;
    this.#lineOf = lineOf;
    this.#file = path.resolve(file);
    this.#known = known;
  }

  /** Throws FileFaults. */
  read(): Scenario {
    const { application, area, calm, recover, repeats, random } = this.#written;
    const name = this.#written.name ?? path.basename(this.#file).replace(/\.ya?ml$/, '');
    const { title = { en: name }, why = { en: '' } } = this.#written;
    const fault = (field: string, message: string) => this.#fault(field, message);
    const target = this.#target();
    const expectations = new ExpectationReader(fault);
    const steady = this.#steady(expectations);
    const scenario: Scenario = {
      ...{ name, file: this.#file, title, why, area, target, steady, repeats },
      application: application.map((one) => path.resolve(path.dirname(this.#file), one)),
      load: this.#load(),
      ...{ calmMs: durationMs(calm), recoverMs: durationMs(recover) },
      faults: readFaultSteps(this.#written.faults, this.#known, fault),
      probes: this.#written.probes.flatMap((probe, at) => this.#probe(probe, `probes[${at}]`)),
      expectations: expectations.read(this.#written.expect, steady, target),
      safety: this.#safety(),
      ...(random?.seed === undefined ? {} : { seed: random.seed }),
    };
    if (this.#wrong.length > 0) throw new FileFaults(this.#wrong);
    return scenario;
  }

  #fault(field: string, message: string): void {
    this.#wrong.push(`${this.#lineOf(field)}: ${field}: ${message}`);
  }

  #target(): TargetRef {
    const { service: name, namespace, port, url, host } = this.#written.target;
    if (name === undefined && url === undefined) this.#fault('target', 'needs a service or a url');
    return {
      ...(name === undefined
        ? {}
        : { service: { namespace, name, ...(port === undefined ? {} : { port }) } }),
      ...(url === undefined ? {} : { url }),
      ...(host === undefined ? {} : { host }),
    };
  }

  #load(): DrillLoad {
    const { rate, users, think, plan, path: asked, method, body, sessions, timeout } = this.#written.load;
    const kinds = [rate, users, plan].filter((kind) => kind !== undefined);
    if (kinds.length > 1) this.#fault('load', 'has more than one of rate, users and plan');
    if (think !== undefined && users === undefined) this.#fault('load.think', 'goes with users');
    if (plan !== undefined && body !== undefined) this.#fault('load.body', 'the plan says what is sent');
    const perSecond = kinds.length === 0 ? usual.load.rate : rate;
    return {
      ...{ path: asked, method, sessions, timeoutMs: durationMs(timeout) },
      ...(perSecond === undefined ? {} : { ratePerSecond: rateOf(perSecond) }),
      ...(users === undefined ? {} : { users, thinkMs: durationMs(think ?? '0s') }),
      ...(body === undefined ? {} : { body }),
      ...(plan === undefined ? {} : { plan: path.resolve(path.dirname(this.#file), plan) }),
    };
  }

  #steady(reader: ExpectationReader): SteadyState {
    const { errors = usual.steady.errors, p99 = usual.steady.p99, p95, rate, slow } = this.#written.steady;
    const { for: lasting, within } = this.#written.steady;
    const limits = reader.steadyLimits({ errors, p99, p95, rate });
    const ofP99 = limits.find(({ of }) => of === 'p99')?.value ?? 0;
    return {
      ...{ limits, forMs: durationMs(lasting), withinMs: durationMs(within) },
      slowMs: slow === undefined ? ofP99 : durationMs(slow),
    };
  }

  #probe(written: WrittenProbe, at: string): Probe[] {
    const { name, when, every, http, object, shares } = written;
    if ([http, object, shares].filter((kind) => kind !== undefined).length !== 1) {
      this.#fault(at, 'a probe has exactly one of http, object and shares');
      return [];
    }
    const times = shares?.atMost;
    return [
      {
        ...{ name, when, everyMs: durationMs(every) },
        ...(http ? { http } : {}),
        ...(object ? { object } : {}),
        ...(shares ? { shares: { every: shares.every, ...(times === undefined ? {} : { times }) } } : {}),
      },
    ];
  }

  #safety(): Safety {
    const { bad, for: lasting, within } = this.#written.safety;
    return { badShare: share(bad), forMs: durationMs(lasting), mostMs: durationMs(within) };
  }
}

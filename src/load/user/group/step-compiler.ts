// Makes steps of the plan into what users walk through: templates are taken apart here, once.

import type { Timer } from '../../plan/http-step.ts';
import type { ControllerStep, Counter, Plan, Step } from '../../plan/plan.ts';
import type { UserParameters } from '../../plan/template.ts';
import { type CompiledTemplate, compileTemplate } from '../../values/compile-template.ts';
import { holds } from '../../values/expression.ts';
import { Children, type PassageWork } from '../controllers/children.ts';
import { CriticalSectionController } from '../controllers/critical-section.ts';
import { ForeachController } from '../controllers/foreach.ts';
import { IfController } from '../controllers/if.ts';
import { InterleaveController } from '../controllers/interleave.ts';
import { LoopController } from '../controllers/loop.ts';
import { OnceController } from '../controllers/once.ts';
import { RandomController } from '../controllers/random.ts';
import { RandomOrderController } from '../controllers/random-order.ts';
import { RuntimeController } from '../controllers/runtime.ts';
import { SimpleController } from '../controllers/simple.ts';
import { SwitchController } from '../controllers/switch.ts';
import { ThroughputController } from '../controllers/throughput.ts';
import { TransactionController } from '../controllers/transaction.ts';
import type { Controller, Node } from '../controllers/walk.ts';
import { WhileController } from '../controllers/while.ts';
import { DataRows } from '../iteration/data-rows.ts';
import { Parameters } from '../iteration/parameters.ts';
import { PlanCounter } from '../iteration/plan-counter.ts';
import { PauseLeaf, StopLeaf } from '../leaves.ts';
import { CompiledRequest } from '../sampling/compiled-request.ts';
import { DebugLeaf } from '../sampling/debug-leaf.ts';
import { HttpLeaf } from '../sampling/http-leaf.ts';
import { Preparation } from '../sampling/preparation.ts';
import { SampleTaker } from '../sampling/sample-taker.ts';
import { ConstantTimer } from '../timers/constant.ts';
import { GaussianTimer } from '../timers/gaussian.ts';
import { PoissonTimer } from '../timers/poisson.ts';
import { SynchronizingTimer } from '../timers/synchronizing.ts';
import { ThroughputTimer } from '../timers/throughput.ts';
import type { UserTimer } from '../timers/timer.ts';
import { UniformTimer } from '../timers/uniform.ts';

type Around = readonly TransactionController[];

export class StepCompiler {
  readonly #plan: Plan;
  readonly #group: string;
  readonly #plannedUsers: (group: string) => number;

  constructor(plan: Plan, group: string, plannedUsers: (group: string) => number) {
    this.#plan = plan;
    this.#group = group;
    this.#plannedUsers = plannedUsers;
  }

  /** `around`: the transactions it stands in, the innermost first. */
  node(step: Step, around: Around): Node {
    if (step.type === 'pause') return new PauseLeaf(compileTemplate(step.ms), this.#timers(step.timers));
    if (step.type === 'stop') return new StopLeaf(step.what, this.#timers(step.timers));
    if (step.type !== 'http' && step.type !== 'debug') return this.#controller(step, around);
    const parameters = (step.userParameters ?? []).map((one) => Parameters.of([one]));
    const preparation = new Preparation(step.name, this.#timers(step.timers), parameters);
    const taker = new SampleTaker(step, around);
    return step.type === 'debug'
      ? new DebugLeaf(preparation, step.shows, taker)
      : new HttpLeaf(preparation, new CompiledRequest(step.request, this.#plan), taker);
  }

  /** What comes before each passage through a group's or controller's steps. */
  work(of: {
    readonly dataFiles?: readonly string[];
    readonly counters?: readonly Counter[];
    readonly userParameters?: readonly UserParameters[];
  }): PassageWork[] {
    const files = (of.dataFiles ?? []).flatMap((id) => this.#plan.dataFiles.filter((file) => file.id === id));
    return [
      ...files.map((file) => new DataRows(file, this.#group)),
      ...(of.counters ?? []).map((counter) => newCounter(counter)),
      ...(of.userParameters ?? [])
        .filter(({ perIteration }) => perIteration)
        .map((one) => Parameters.of([one])),
    ];
  }

  #controller(step: ControllerStep, around: Around): Controller {
    if (step.type === 'transaction') return this.#transaction(step, around);
    const children = this.#children(step, around);
    switch (step.type) {
      case 'simple':
        return new SimpleController(children);
      case 'loop':
        return new LoopController(step.name, children, optional(step.count));
      case 'if':
        return new IfController(
          children,
          compileTemplate(step.condition),
          conditionOf(step),
          step.evaluateForEach,
        );
      case 'while':
        return new WhileController(step.name, children, compileTemplate(step.condition), this.#isFalse);
      case 'once':
        return new OnceController(children);
      case 'interleave':
        return new InterleaveController(children, step);
      case 'random':
        return new RandomController(children, step.ignoreSubControllers);
      case 'random-order':
        return new RandomOrderController(children);
      case 'runtime':
        return new RuntimeController(children, compileTemplate(step.ms));
      case 'critical-section':
        return new CriticalSectionController(children, compileTemplate(step.lock));
      case 'switch': {
        const names = step.steps.map(({ name }) => compileTemplate(name));
        return new SwitchController(children, names, compileTemplate(step.value));
      }
      case 'throughput':
        return new ThroughputController(children, { ...step, value: compileTemplate(step.value) });
      case 'foreach':
        return new ForeachController(children, { ...step, from: optional(step.from), to: optional(step.to) });
    }
  }

  #transaction(step: ControllerStep & { type: 'transaction' }, around: Around): Controller {
    const terms = { ...step, name: compileTemplate(step.name) };
    const transaction = new TransactionController(terms, around);
    return transaction.contain(this.#children(step, [transaction, ...around]));
  }

  #children(step: ControllerStep, around: Around): Children {
    const nodes = step.steps.map((one) => this.node(one, around));
    return new Children(nodes, this.work(step));
  }

  /** JMeter's While goes on with anything but `false`; plans of our own have conditions there, as in If. */
  readonly #isFalse = (condition: string): boolean => {
    if (condition.toLowerCase() === 'false') return true;
    return this.#plan.dialect === 'yaml' && !holds(condition);
  };

  #timers(timers: readonly Timer[] = []): UserTimer[] {
    return timers.map((timer) => this.#timer(timer));
  }

  #timer(timer: Timer): UserTimer {
    switch (timer.type) {
      case 'constant':
        return new ConstantTimer(compileTemplate(timer.delayMs));
      case 'uniform':
        return new UniformTimer(compileTemplate(timer.delayMs), compileTemplate(timer.rangeMs));
      case 'gaussian':
        return new GaussianTimer(compileTemplate(timer.delayMs), compileTemplate(timer.deviationMs));
      case 'poisson':
        return new PoissonTimer(compileTemplate(timer.delayMs), compileTemplate(timer.lambdaMs));
      case 'throughput':
        return new ThroughputTimer(timer, compileTemplate(timer.perMinute));
      case 'synchronizing': {
        const numbers = [compileTemplate(timer.users), compileTemplate(timer.timeoutMs)] as const;
        return new SynchronizingTimer(timer, numbers, this.#plannedUsers);
      }
    }
  }
}

function conditionOf({ isExpression }: ControllerStep & { type: 'if' }): (condition: string) => boolean {
  return isExpression ? (text) => text.toLowerCase() === 'true' : holds;
}

function newCounter(counter: Counter): PlanCounter {
  const { end, ...terms } = counter;
  const [start, step] = [compileTemplate(counter.start), compileTemplate(counter.step)];
  return new PlanCounter({
    ...terms,
    start,
    step,
    ...(end === undefined ? {} : { end: compileTemplate(end) }),
  });
}

function optional(template: string | undefined): CompiledTemplate | undefined {
  return template === undefined ? undefined : compileTemplate(template);
}

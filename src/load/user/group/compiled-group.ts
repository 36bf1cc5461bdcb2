// A group of the plan, made ready once for all of its users in this worker.

import type { Group, Plan } from '../../plan/plan.ts';
import { Children } from '../controllers/children.ts';
import { Parameters } from '../iteration/parameters.ts';
import { HttpLeaf } from '../sampling/http-leaf.ts';
import { StepCompiler } from './step-compiler.ts';

export class CompiledGroup {
  readonly name: string;
  readonly onError: Group['onError'];
  readonly sameUser: boolean;
  readonly children: Children;
  /** Set anew before each request. */
  readonly parameters: Parameters;
  /** The only step, where it is that plain: see User. */
  readonly straight: HttpLeaf | undefined;
  /** Among those of its kind, from 1. */
  readonly #number: number;

  constructor(group: Group, plan: Plan, plannedUsers: (group: string) => number) {
    this.name = group.name;
    this.onError = group.onError;
    this.sameUser = group.sameUser;
    this.#number = numberOf(group, plan);
    const compiler = new StepCompiler(plan, group.name, plannedUsers);
    const work = compiler.work(group);
    this.children = new Children(
      group.steps.map((step) => compiler.node(step, [])),
      work,
    );
    this.parameters = Parameters.of(group.userParameters.filter((one) => !one.perIteration));
    this.straight = work.length === 0 && group.userParameters.length === 0 ? this.#straight() : undefined;
  }

  /** JMeter's thread name. `index`: from 0. */
  userName(index: number): string {
    return `${this.name} ${this.#number}-${index + 1}`;
  }

  #straight(): HttpLeaf | undefined {
    const [only, second] = this.children.nodes;
    return second === undefined && only instanceof HttpLeaf && only.isStraight ? only : undefined;
  }
}

function numberOf(group: Group, { groups }: Plan): number {
  const alike = groups.filter(({ kind }) => kind === group.kind);
  const at = alike.indexOf(group);
  return (at < 0 ? alike.findIndex(({ name }) => name === group.name) : at) + 1 || 1;
}

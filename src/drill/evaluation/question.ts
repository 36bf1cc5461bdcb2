// A question that systems of this kind are marked by, and how it is answered: by looking, or by what drills have shown.

import { headed, type Told, told } from '../told.ts';
import type { DrillResult } from '../verdict/evidence.ts';
import type { TargetView, World } from '../world/world.ts';

export interface Question {
  readonly id: string;
  readonly group: 'nine' | 'classic';
  readonly text: Told;
  /** Of the catalogue: what has to have been run before it can be answered. */
  readonly drill?: string;
  /** Rejects are taken as no, with the error's words. */
  ask(context: QuestionContext): Promise<Answer>;
}

export interface QuestionContext {
  readonly world: World;
  readonly target: TargetView;
  /** What became of drills, by their names; one that could not be begun is not among them. */
  readonly results: ReadonlyMap<string, DrillResult>;
  /** Why a drill could not be begun, by its name. */
  readonly refused: ReadonlyMap<string, Told>;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly answer: 'yes' | 'no' | 'impossible';
  /** What was seen, or why it cannot be had here. */
  readonly evidence: Told;
}

export interface Answered {
  readonly question: Pick<Question, 'id' | 'group' | 'text'>;
  readonly answer: Answer;
}

export function yes(evidence: Told): Answer {
  return { answer: 'yes', evidence };
}

export function no(evidence: Told): Answer {
  return { answer: 'no', evidence };
}

export function impossible(evidence: Told): Answer {
  return { answer: 'impossible', evidence };
}

/** The last run of a drill, or the answer that stands for its absence. */
export function resultOf({ results, refused }: QuestionContext, drill: string): DrillResult | Answer {
  const result = results.get(drill);
  if (result) return result;
  const why = refused.get(drill);
  return impossible(why === undefined ? notRun(drill) : headed(drill, why));
}

function notRun(drill: string): Told {
  return told(`the drill ${drill} was not run`, `el simulacro ${drill} no se ejecutó`);
}

// A question that systems of this kind are marked by, and how it is answered: by looking, or by what drills have shown.

import type { DrillResult } from '../verdict/evidence.ts';
import type { TargetView, World } from '../world/world.ts';

export interface Question {
  readonly id: string;
  readonly group: 'nine' | 'classic';
  readonly text: { readonly en: string; readonly es: string };
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
  readonly refused: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly answer: 'yes' | 'no' | 'impossible';
  /** In English: what was seen, or why it cannot be had here. */
  readonly evidence: string;
}

export interface Answered {
  readonly question: Pick<Question, 'id' | 'group' | 'text'>;
  readonly answer: Answer;
}

export function yes(evidence: string): Answer {
  return { answer: 'yes', evidence };
}

export function no(evidence: string): Answer {
  return { answer: 'no', evidence };
}

export function impossible(evidence: string): Answer {
  return { answer: 'impossible', evidence };
}

/** The last run of a drill, or the answer that stands for its absence. */
export function resultOf({ results, refused }: QuestionContext, drill: string): DrillResult | Answer {
  const result = results.get(drill);
  if (result) return result;
  const why = refused.get(drill);
  return impossible(why === undefined ? `the drill ${drill} was not run` : `${drill}: ${why}`);
}

// All questions, in the order in which they are asked.

import { toldOf } from '../told.ts';
import { addressMoves } from './address-moves.ts';
import { administrationAfterFall } from './administration-after-fall.ts';
import { administrationPage } from './administration-page.ts';
import { answersOnAddress } from './answers-on-address.ts';
import { backupsOnLoss } from './backups-on-loss.ts';
import { backupsOnOverload } from './backups-on-overload.ts';
import { equalShares } from './equal-shares.ts';
import { imagesFetched } from './images-fetched.ts';
import { onlyThroughBalancer } from './only-through-balancer.ts';
import { ownSorryPage } from './own-sorry-page.ts';
import { placedInNamespace } from './placed-in-namespace.ts';
import { placedOnWorker } from './placed-on-worker.ts';
import { type Answered, no, type Question, type QuestionContext } from './question.ts';
import { replacedElsewhere } from './replaced-elsewhere.ts';
import { statisticsFromOutside } from './statistics-from-outside.ts';

const questions: readonly Question[] = [
  ...[imagesFetched, placedInNamespace, placedOnWorker],
  ...[replacedElsewhere, equalShares, administrationPage],
  ...[addressMoves, answersOnAddress, administrationAfterFall],
  ...[onlyThroughBalancer, backupsOnOverload, backupsOnLoss, ownSorryPage, statisticsFromOutside],
];

/** Of the catalogue: those that the questions need. */
export const drillsOfQuestions: readonly string[] = questions.flatMap(({ drill }) => drill ?? []);

/** Never rejects. */
export async function evaluate(context: QuestionContext): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (const question of questions) {
    const { id, group, text } = question;
    const answer = await question.ask(context).catch((error: unknown) => no(toldOf(error)));
    answered.push({ question: { id, group, text }, answer });
  }
  return answered;
}

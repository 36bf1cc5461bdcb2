// What a supervisor asks a child of its while that serves, over the same channel as everything else between them. Plain JSON both ways.

import type { ChildProcess } from 'node:child_process';
import { oneLine } from './supervised-messages.ts';

interface Question {
  readonly number: number;
  readonly question: unknown;
}

type Answer = { readonly number: number } & ({ readonly answer: unknown } | { readonly refused: string });

/** Whoever is frozen never answers. */
const answerWithinMs = 5000;

/** The supervisor's side, for one life of a child. */
export class Questions {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, PromiseWithResolvers<unknown>>();
  #last = 0;

  /** `ended` resolves when the child is gone: what is open then stays unanswered. */
  constructor(child: ChildProcess, ended: Promise<string>) {
    this.#child = child;
    child.on('message', (message: object) => 'number' in message && this.#take(message as Answer));
    void ended.then((how) => this.#giveUp(how));
  }

  /** Rejects with the child's own words when it refuses, and with an Error when it is gone before it answers, or does not for 5 s. */
  ask(question: unknown): Promise<unknown> {
    const number = ++this.#last;
    const open = Promise.withResolvers<unknown>();
    this.#open.set(number, open);
    this.#child.send({ number, question } satisfies Question, (error) => {
      if (error) open.reject(error);
    });
    const timer = setTimeout(() => {
      open.reject(new Error(`it did not answer for ${answerWithinMs / 1000} s`));
    }, answerWithinMs);
    return open.promise.finally(() => {
      clearTimeout(timer);
      this.#open.delete(number);
    });
  }

  #take(message: Answer): void {
    const open = this.#open.get(message.number);
    if ('refused' in message) open?.reject(new Error(message.refused));
    else open?.resolve(message.answer);
  }

  #giveUp(how: string): void {
    for (const { reject } of this.#open.values()) reject(new Error(`${how} before it answered`));
  }
}

/** The child's side: whatever is asked from now on is answered with what `answer` returns, or refused with what it throws. */
export function answerQuestions(answer: (question: unknown) => unknown): void {
  process.on('message', (message: object) => {
    if ('question' in message) void reply(message as Question, answer);
  });
}

async function reply({ number, question }: Question, answer: (question: unknown) => unknown): Promise<void> {
  let reply: Answer;
  try {
    reply = { number, answer: (await answer(question)) ?? null };
  } catch (error) {
    reply = { number, refused: oneLine(error) };
  }
  // The supervisor may be gone: this process is about to follow.
  if (process.connected) process.send?.(reply, undefined, undefined, () => {});
}

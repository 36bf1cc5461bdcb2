// What users share, asked of the runner by a worker of several: all that is asked in one turn of the loop travels in one message.

import type { DataFile } from '../plan/plan.ts';
import { LocalShared } from './local-shared.ts';
import type { Shared } from './shared.ts';

/** One question, as it is sent. */
export type SharedCall =
  | { readonly what: 'row'; readonly file: string; readonly group: string; readonly user: string }
  | { readonly what: 'count'; readonly name: string }
  | { readonly what: 'take'; readonly name: string; readonly most: number }
  | { readonly what: 'due'; readonly timer: string; readonly perMinute: number }
  | { readonly what: 'lock'; readonly name: string; readonly holder: string }
  | { readonly what: 'unlock'; readonly name: string; readonly holder: string }
  | { readonly what: 'meet'; readonly timer: string; readonly users: number; readonly timeoutMs: number };

export interface SharedQuestion {
  readonly id: number;
  readonly call: SharedCall;
}

export interface SharedAnswer {
  readonly id: number;
  readonly value: unknown;
  /** It failed; the text says why. */
  readonly error?: string;
}

interface Asker {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class RemoteShared implements Shared {
  readonly #send: (questions: readonly SharedQuestion[]) => void;
  readonly #askers = new Map<number, Asker>();
  readonly #own: LocalShared;
  readonly #perUser: ReadonlySet<string>;
  #pending: SharedQuestion[] = [];
  #lastId = 0;

  constructor(
    plan: { dataFiles: readonly DataFile[]; folder: string },
    send: (questions: readonly SharedQuestion[]) => void,
  ) {
    this.#send = send;
    this.#own = new LocalShared(plan);
    this.#perUser = new Set(plan.dataFiles.filter(({ sharing }) => sharing === 'user').map(({ id }) => id));
  }

  row(
    file: string,
    group: string,
    user: string,
  ): readonly string[] | 'end' | Promise<readonly string[] | 'end'> {
    // Each user reads the file on its own: there is nothing to agree on.
    if (this.#perUser.has(file)) return this.#own.row(file, group, user);
    return this.#ask({ what: 'row', file, group, user }) as Promise<readonly string[] | 'end'>;
  }

  count(name: string): Promise<number> {
    return this.#ask({ what: 'count', name }) as Promise<number>;
  }

  take(name: string, most: number): Promise<boolean> {
    return this.#ask({ what: 'take', name, most }) as Promise<boolean>;
  }

  due(timer: string, perMinute: number): Promise<number> {
    return this.#ask({ what: 'due', timer, perMinute }) as Promise<number>;
  }

  async lock(name: string, holder: string): Promise<void> {
    await this.#ask({ what: 'lock', name, holder });
  }

  unlock(name: string, holder: string): void {
    void this.#ask({ what: 'unlock', name, holder });
  }

  async meet(timer: string, users: number, timeoutMs: number): Promise<void> {
    await this.#ask({ what: 'meet', timer, users, timeoutMs });
  }

  /** Answers that came. */
  answered(answers: readonly SharedAnswer[]): void {
    for (const { id, value, error } of answers) {
      const asker = this.#askers.get(id);
      this.#askers.delete(id);
      if (error === undefined) asker?.resolve(value);
      else asker?.reject(new Error(error));
    }
  }

  #ask(call: SharedCall): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const id = ++this.#lastId;
    this.#askers.set(id, { resolve, reject });
    if (this.#pending.length === 0) setImmediate(() => this.#flush());
    this.#pending.push({ id, call });
    return promise;
  }

  #flush(): void {
    const questions = this.#pending;
    this.#pending = [];
    this.#send(questions);
  }
}

/** Whether its answer depends on what other users do. */
export function waitsForOthers({ call }: SharedQuestion): boolean {
  return call.what === 'meet' || call.what === 'lock';
}

/** The runner's side: what is asked, done on what it keeps. */
export async function answerTo(shared: Shared, { id, call }: SharedQuestion): Promise<SharedAnswer> {
  try {
    return { id, value: await carriedOut(shared, call) };
  } catch (error) {
    return { id, value: undefined, error: (error as Error).message };
  }
}

function carriedOut(shared: Shared, call: SharedCall): unknown {
  switch (call.what) {
    case 'row':
      return shared.row(call.file, call.group, call.user);
    case 'count':
      return shared.count(call.name);
    case 'take':
      return shared.take(call.name, call.most);
    case 'due':
      return shared.due(call.timer, call.perMinute);
    case 'lock':
      return shared.lock(call.name, call.holder);
    case 'unlock':
      return shared.unlock(call.name, call.holder);
    case 'meet':
      return shared.meet(call.timer, call.users, call.timeoutMs);
  }
}

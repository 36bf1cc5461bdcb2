// What users share, where it is kept: in the worker when there is one, in the runner when there are several.

import path from 'node:path';
import { machineTime } from '../../base/machine-time.ts';
import type { DataFile, Plan } from '../plan/plan.ts';
import { DataRows } from './data-rows.ts';
import { Locks } from './locks.ts';
import type { Shared } from './shared.ts';

interface Meeting {
  readonly waiting: (() => void)[];
  timer: NodeJS.Timeout | undefined;
}

const minuteMs = 60_000;

export class LocalShared implements Shared {
  readonly #files: ReadonlyMap<string, DataFile>;
  readonly #folder: string;
  readonly #rows = new Map<string, DataRows>();
  readonly #counts = new Map<string, number>();
  readonly #schedules = new Map<string, number>();
  readonly #locks = new Locks();
  readonly #meetings = new Map<string, Meeting>();

  /** The plan's templates for files have been evaluated. */
  constructor({ dataFiles, folder }: Pick<Plan, 'dataFiles' | 'folder'>) {
    this.#files = new Map(dataFiles.map((file) => [file.id, file]));
    this.#folder = folder;
  }

  row(id: string, group: string, user: string): readonly string[] | 'end' {
    const data = this.#files.get(id);
    if (!data) throw new Error(`the plan has no data file ${id}`);
    const file = path.resolve(this.#folder, data.file);
    const owner = { all: '', group, user }[data.sharing];
    const key = `${file}\n${data.sharing}\n${owner}`;
    let rows = this.#rows.get(key);
    if (!rows) {
      rows = new DataRows(file, { ...data, hasHeader: data.variables.length === 0 || data.skipFirstLine });
      this.#rows.set(key, rows);
    }
    return rows.next();
  }

  count(name: string): number {
    const next = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, next);
    return next;
  }

  take(name: string, most: number): boolean {
    if ((this.#counts.get(name) ?? 0) >= most) return false;
    this.count(name);
    return true;
  }

  /** After a stall it catches up: what is due is due, however late. */
  due(timer: string, perMinute: number): number {
    const next = this.#schedules.get(timer) ?? machineTime();
    this.#schedules.set(timer, next + minuteMs / perMinute);
    return next;
  }

  lock(name: string, holder: string): void | Promise<void> {
    return this.#locks.take(name, holder);
  }

  unlock(name: string, holder: string): void {
    this.#locks.release(name, holder);
  }

  meet(timer: string, users: number, timeoutMs: number): Promise<void> {
    const meeting = this.#meetings.get(timer) ?? { waiting: [], timer: undefined };
    this.#meetings.set(timer, meeting);
    return new Promise((resolve) => {
      meeting.waiting.push(resolve);
      if (meeting.waiting.length >= users) this.#release(timer);
      else if (timeoutMs > 0) meeting.timer ??= setTimeout(() => this.#release(timer), timeoutMs).unref();
    });
  }

  /** Who waits for others goes on: the run is being stopped. */
  releaseAll(): void {
    for (const timer of [...this.#meetings.keys()]) this.#release(timer);
  }

  #release(timer: string): void {
    const meeting = this.#meetings.get(timer);
    this.#meetings.delete(timer);
    clearTimeout(meeting?.timer);
    for (const goOn of meeting?.waiting ?? []) goOn();
  }
}

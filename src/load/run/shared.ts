// What the users of all worker processes share. In a run of one worker it answers at once, without a promise.

type Soon<T> = T | Promise<T>;

export interface Shared {
  /** The next row of a data file, for a user of a group; `end`: there is none any more. `file` is DataFile.id. */
  row(file: string, group: string, user: string): Soon<readonly string[] | 'end'>;
  /** Adds one and gives the number, from 1. */
  count(name: string): Soon<number>;
  /** Adds one as long as `most` is not passed; false: it was. */
  take(name: string, most: number): Soon<boolean>;
  /** machineTime() at which the next one of a schedule of so many a minute is due; the schedule begins with the first call. */
  due(timer: string, perMinute: number): Soon<number>;
  /** Resolves when nobody else has the lock of that name. `holder` is the only one so called in the run. */
  lock(name: string, holder: string): Soon<void>;
  /** Also of one that is still waited for: it is no longer. */
  unlock(name: string, holder: string): void;
  /** Resolves when so many have come, or the time is over (0: never). */
  meet(timer: string, users: number, timeoutMs: number): Promise<void>;
}

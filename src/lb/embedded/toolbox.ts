// The tools of one worker: see worker-tools.ts.

import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../base/clock.ts';
import { AccessLogFile } from '../access-log/access-log-file.ts';
import type { AccessLog, SharedSecrets } from '../model.ts';
import type { RequestLog, TrafficState, WorkerTools } from './worker-tools.ts';

interface Settings {
  readonly secrets: SharedSecrets;
  readonly accessLog?: AccessLog;
}

export class Toolbox implements WorkerTools {
  readonly state: TrafficState;
  readonly clock: Clock = systemClock;
  /** Differs from worker to worker and from life to life. */
  readonly #idPrefix = randomBytes(8).toString('hex');
  #ids = 0;
  #secrets: SharedSecrets;
  #file: AccessLogFile | undefined;
  #fileName: string | undefined;
  #log: RequestLog | undefined;

  constructor(state: TrafficState, settings: Settings) {
    this.state = state;
    this.#secrets = settings.secrets;
    this.update(settings);
  }

  get secrets(): SharedSecrets {
    return this.#secrets;
  }

  get log(): RequestLog | undefined {
    return this.#log;
  }

  requestId(): string {
    this.#ids += 1;
    return `${this.#idPrefix}-${this.#ids.toString(36)}`;
  }

  update({ secrets, accessLog }: Settings): void {
    this.#secrets = secrets;
    if (accessLog?.file !== this.#fileName) this.#open(accessLog?.file);
    const file = this.#file;
    this.#log =
      file && accessLog ? { format: accessLog.format, append: (line) => file.append(line) } : undefined;
  }

  /** Resolves when the log has all its lines. */
  async close(): Promise<void> {
    await this.#file?.close();
  }

  #open(file: string | undefined): void {
    // What is left of the former is written by and by; a line that cannot be is counted by it.
    void this.#file?.close();
    this.#fileName = file;
    this.#file = file === undefined ? undefined : new AccessLogFile({ file });
  }
}

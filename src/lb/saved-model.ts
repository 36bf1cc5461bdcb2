// The last model on disk, keys of certificates included, so that a balancer that starts while nobody tells it anything knows what to serve.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { Logger } from '../base/logger.ts';
import type { LbModel } from './model.ts';

interface Envelope {
  readonly version: number;
  /** Of the model's text. */
  readonly sha256: string;
  /** A text of its own, so that the sum is over the very bytes that are read back. */
  readonly model: string;
}

/** Raised when an older program could not make sense of what is written. */
const version = 1;

export class SavedModel {
  readonly #file: string;
  readonly #logger: Logger;
  #latest: LbModel | undefined;
  #writing: Promise<void> | undefined;
  #failure: string | undefined;

  /** The folder of `file` must exist. One object for one file. */
  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
  }

  /**
   * Returns at once; the newest model is on disk soon after, readable by its owner only. While one is being written only the newest of those
   * that come waits. A reader, or a crash, sees the former model or the new one whole. A disk that does not take it is a warning.
   */
  save(model: LbModel): void {
    this.#latest = model;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Undefined when there is none; also, with a warning, when it is damaged or of a newer version. */
  read(): LbModel | undefined {
    try {
      return modelIn(readFileSync(this.#file, 'utf8'));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      this.#logger.warn(`the saved model in ${this.#file} is of no use and is ignored`, { error });
      return undefined;
    }
  }

  /** Resolves when everything that was saved is on disk, or was refused by it. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#latest) {
      const model = this.#latest;
      this.#latest = undefined;
      await this.#write(model).then(
        () => this.#tell(undefined),
        (error: Error) => this.#tell(error),
      );
    }
  }

  async #write(model: LbModel): Promise<void> {
    const draft = `${this.#file}.${process.pid}.new`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(envelopeOf(model));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, this.#file);
    } catch (error) {
      await rm(draft, { force: true }).catch(() => {});
      throw error;
    }
  }

  /** Once for a row of failures: with a full disk there is one for each model. */
  #tell(error: Error | undefined): void {
    if (error && error.message !== this.#failure)
      this.#logger.warn(`the model cannot be saved to ${this.#file}`, { error });
    this.#failure = error?.message;
  }
}

function envelopeOf(model: LbModel): string {
  const text = JSON.stringify(model);
  return JSON.stringify({ version, sha256: sumOf(text), model: text } satisfies Envelope);
}

function modelIn(text: string): LbModel {
  const envelope = JSON.parse(text) as Envelope;
  if (envelope.version !== version) throw new Error(`its version is ${envelope.version}, not ${version}`);
  if (sumOf(envelope.model) !== envelope.sha256) throw new Error('its checksum is wrong');
  return JSON.parse(envelope.model) as LbModel;
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

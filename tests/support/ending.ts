// Whatever has steps to run when it ends: a test, or a benchmark that uses the same worlds as tests.

export interface Ending {
  after(step: () => unknown): void;
}

/** For what is no test. */
export class Ended implements Ending, AsyncDisposable {
  readonly #steps: (() => unknown)[] = [];

  after(step: () => unknown): void {
    this.#steps.push(step);
  }

  /** The last begun ends first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const step of this.#steps.splice(0).reverse()) await step();
  }
}

// What is wrong with a file that a user wrote: everything at once, each with its place.

export class FileFaults extends Error {
  override name = 'FileFaults';
  /** Lines for the user that begin with `FILE:LINE: ` where there is a line. */
  readonly faults: readonly string[];

  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(faults.join('\n'), options);
    this.faults = faults;
  }
}

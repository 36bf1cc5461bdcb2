// What a user is told of a .jmx file beside its plan.

/** Something of a plan that is not carried out. */
export interface Unsupported {
  /** JMeter's English name in its window and the class: `JSR223 Sampler (JSR223Sampler)`. With a property: `…: NAME (HTTPSampler.md5)`. */
  readonly what: string;
  /** `Test Plan > Thread Group > Login`. */
  readonly where: string;
  readonly line?: number;
}

/** A listener of JMeter's, and where we show what it shows. */
export interface View extends Unsupported {
  readonly shownIn: string;
}

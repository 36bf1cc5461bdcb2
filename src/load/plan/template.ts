// Texts of a plan that are evaluated while it runs.

/** A text with `${variable}` and `${__function(argument,…)}` in it, evaluated by the user that needs it. */
export type Template = string;

export interface NameValue {
  readonly name: string;
  readonly value: Template;
}

/** `table`: variables of the same one do not see each other, and of two with one name the first is valid (JMeter). Undefined: a table of its own. */
export interface PlanVariable extends NameValue {
  readonly table?: string;
}

export interface UserParameters {
  readonly perIteration: boolean;
  /** Of one user each; user n (from 0) has set n modulo their number. */
  readonly sets: readonly (readonly NameValue[])[];
}

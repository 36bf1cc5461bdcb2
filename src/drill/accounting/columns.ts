// Columns of numbers that grow, and texts that are kept once: a million rows in some tens of megabytes.

type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint16Array | Uint8Array;

/** Grows by doubling; what is beyond `length` is 0. */
export class Column<A extends Numbers> {
  #values: A;
  readonly #make: new (
    length: number,
  ) => A;

  constructor(make: new (length: number) => A) {
    this.#make = make;
    this.#values = new make(1_024);
  }

  get(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) this.#grow(index);
    this.#values[index] = value;
  }

  #grow(index: number): void {
    const grown = new this.#make(Math.max(index + 1, this.#values.length * 2));
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** Texts by small numbers; 0 is none. */
export class Texts {
  readonly #numbers = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [undefined];

  numberOf(text: string | undefined): number {
    if (text === undefined) return 0;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  textOf(number: number): string | undefined {
    return this.#texts[number];
  }
}

/** From a lane and a number in it to a row. */
export class RowIndex {
  readonly #rows = new Map<number, Column<Int32Array>>();

  /** -1: none. */
  get(lane: number, number: number): number {
    return (this.#rows.get(lane)?.get(number) ?? 0) - 1;
  }

  set(lane: number, number: number, row: number): void {
    const rows = this.#rows.get(lane) ?? new Column(Int32Array);
    this.#rows.set(lane, rows);
    rows.set(number, row + 1);
  }
}

// Java's patterns for dates (SimpleDateFormat and DateTimeFormatter, as far as both mean the same), in the zone of this machine.

/** A piece of a pattern: a text, or a letter so many times. */
type Piece = string | { readonly letter: string; readonly count: number };

const known = 'yuMLdDHhkKmsSnaEZXxzV';

export class DatePattern {
  readonly #pieces: readonly Piece[];
  readonly #names: Names;

  /** `locale`: of names, such as `fr` or `fr_FR`. Throws RangeError with what of the pattern is not understood. */
  constructor(pattern: string, locale = 'en') {
    this.#pieces = piecesOf(pattern);
    this.#names = namesOf(locale);
  }

  format(ms: number): string {
    const date = new Date(ms);
    return this.#pieces
      .map((piece) => (typeof piece === 'string' ? piece : field(piece, date, this.#names)))
      .join('');
  }

  /** Milliseconds since 1970; undefined: the text is no such date. What the pattern lacks is that of the start of this year. */
  parse(text: string): number | undefined {
    const found = new Found();
    let at = 0;
    for (const [index, piece] of this.#pieces.entries()) {
      if (typeof piece === 'string') {
        if (!text.startsWith(piece, at)) return undefined;
        at += piece.length;
        continue;
      }
      const next = this.#pieces[index + 1];
      const isTight = typeof next === 'object' && isNumber(next);
      const length = found.take(piece, text.slice(at), { isTight, names: this.#names });
      if (length === 0) return undefined;
      at += length;
    }
    return at === text.length ? found.time() : undefined;
  }
}

function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [whole, quoted, letters] of pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[\s\S]/g)) {
    if (quoted !== undefined) pieces.push(quoted === '' ? "'" : quoted.replaceAll("''", "'"));
    else if (letters === undefined) pieces.push(whole);
    else if (known.includes(letters)) pieces.push({ letter: letters, count: whole.length });
    else throw new RangeError(`the letter ${letters} of date patterns`);
  }
  return pieces;
}

interface Names {
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
  readonly days: readonly string[];
  readonly shortDays: readonly string[];
}

function namesOf(locale: string): Names {
  const name = (
    options: Intl.DateTimeFormatOptions,
    days: readonly number[],
    step: (day: number) => Date,
  ) => {
    const format = new Intl.DateTimeFormat(locale.replaceAll('_', '-'), { ...options, timeZone: 'UTC' });
    return days.map((day) => format.format(step(day)));
  };
  const twelve = Array.from({ length: 12 }, (_, month) => month);
  const month = (one: number) => new Date(Date.UTC(2024, one, 15));
  // The fourth of January 1970 was a Sunday.
  const day = (one: number) => new Date(Date.UTC(1970, 0, 4 + one));
  return {
    months: name({ month: 'long' }, twelve, month),
    shortMonths: name({ month: 'short' }, twelve, month),
    days: name({ weekday: 'long' }, twelve.slice(0, 7), day),
    shortDays: name({ weekday: 'short' }, twelve.slice(0, 7), day),
  };
}

function isNumber({ letter, count }: { letter: string; count: number }): boolean {
  if (letter === 'M' || letter === 'L') return count < 3;
  return 'yudDHhkKmsSn'.includes(letter);
}

function field({ letter, count }: { letter: string; count: number }, date: Date, names: Names): string {
  const number = (value: number) => String(value).padStart(count, '0');
  switch (letter) {
    case 'y':
    case 'u':
      return count === 2 ? String(date.getFullYear() % 100).padStart(2, '0') : number(date.getFullYear());
    case 'M':
    case 'L':
      if (count < 3) return number(date.getMonth() + 1);
      return (count === 3 ? names.shortMonths : names.months)[date.getMonth()] as string;
    case 'd':
      return number(date.getDate());
    case 'D':
      return number(dayOfYear(date));
    case 'H':
      return number(date.getHours());
    case 'k':
      return number(date.getHours() || 24);
    case 'K':
      return number(date.getHours() % 12);
    case 'h':
      return number(date.getHours() % 12 || 12);
    case 'm':
      return number(date.getMinutes());
    case 's':
      return number(date.getSeconds());
    case 'S':
      return fraction(date, count);
    case 'n':
      return number(date.getMilliseconds() * 1_000_000);
    case 'a':
      return date.getHours() < 12 ? 'AM' : 'PM';
    case 'E':
      return (count < 4 ? names.shortDays : names.days)[date.getDay()] as string;
    default:
      return zone(letter, count, date);
  }
}

/** DateTimeFormatter's fraction of a second: what JMeter has used since 3.3. */
function fraction(date: Date, count: number): string {
  return String(date.getMilliseconds()).padStart(3, '0').padEnd(9, '0').slice(0, count);
}

function dayOfYear(date: Date): number {
  const day = Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day - Date.UTC(date.getFullYear(), 0, 0)) / 86_400_000);
}

function zone(letter: string, count: number, date: Date): string {
  if (letter === 'V') return Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (letter === 'z') {
    const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  }
  const minutes = -date.getTimezoneOffset();
  if (letter === 'X' && minutes === 0) return 'Z';
  const sign = minutes < 0 ? '-' : '+';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((value) =>
    String(value).padStart(2, '0'),
  ) as [string, string];
  if (letter !== 'Z' && count === 1) return `${sign}${hours}${rest === '00' ? '' : rest}`;
  const hasColon = letter === 'Z' ? count > 4 : count === 3;
  return `${sign}${hours}${hasColon ? ':' : ''}${rest}`;
}

const widest: Readonly<Record<string, number>> = { y: 4, u: 4, D: 3, S: 9, n: 9 };

/** The fields of a date that is being read. */
class Found {
  readonly #fields = new Map<string, number>();
  #offsetMinutes: number | undefined;

  /** How many characters of the text were it; 0: it is not there. */
  take(
    { letter, count }: { letter: string; count: number },
    text: string,
    { isTight, names }: { isTight: boolean; names: Names },
  ): number {
    if (isNumber({ letter, count })) {
      const most = isTight || letter === 'S' ? count : Math.max(count, widest[letter] ?? 2);
      const [digits] = new RegExp(`^\\d{1,${most}}`).exec(text) ?? [''];
      if (digits !== '') this.#fields.set(letter === 'u' ? 'y' : letter, numberOf(letter, digits));
      return digits.length;
    }
    if (letter === 'M' || letter === 'L') return this.#name('M', text, names.months, names.shortMonths, 1);
    if (letter === 'E') return this.#name('E', text, names.days, names.shortDays, 0);
    if (letter === 'a') return this.#name('a', text, ['AM', 'PM'], [], 0);
    return this.#zone(text);
  }

  time(): number | undefined {
    const get = (letter: string, otherwise: number) => this.#fields.get(letter) ?? otherwise;
    const half = this.#fields.get('a') === 1 ? 12 : 0;
    const hours =
      this.#fields.has('h') || this.#fields.has('K')
        ? (get('h', get('K', 0)) % 12) + half
        : get('H', get('k', 0) % 24);
    const month = this.#fields.has('D') ? 0 : get('M', 1) - 1;
    const day = get('D', get('d', 1));
    const date = new Date(2000, 0, 1, hours, get('m', 0), get('s', 0), get('S', get('n', 0) / 1_000_000));
    date.setFullYear(get('y', new Date().getFullYear()), month, day);
    if (!this.#fields.has('D') && (date.getMonth() !== month || date.getDate() !== day)) return undefined;
    const offset = this.#offsetMinutes;
    return offset === undefined
      ? date.getTime()
      : date.getTime() - (date.getTimezoneOffset() + offset) * 60_000;
  }

  #name(
    letter: string,
    text: string,
    long: readonly string[],
    short: readonly string[],
    first: number,
  ): number {
    const lower = text.toLowerCase();
    for (const list of [long, short]) {
      const index = list.findIndex((name) => lower.startsWith(name.toLowerCase()));
      if (index < 0) continue;
      this.#fields.set(letter, index + first);
      return (list[index] as string).length;
    }
    return 0;
  }

  #zone(text: string): number {
    const [whole = '', sign, hours, minutes = '0'] = /^(?:Z|UTC|GMT|([+-])(\d\d):?(\d\d)?)/.exec(text) ?? [];
    if (whole === '') return 0;
    const offset = Number(hours ?? 0) * 60 + Number(minutes);
    this.#offsetMinutes = sign === '-' ? -offset : offset;
    return whole.length;
  }
}

function numberOf(letter: string, digits: string): number {
  if (letter === 'S') return Number(digits.padEnd(3, '0').slice(0, 3));
  const number = Number(digits);
  return letter === 'y' && digits.length === 2 ? 2000 + number : number;
}

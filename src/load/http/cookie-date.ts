// Dates in Expires attributes of cookies, as tolerant as browsers are: RFC 6265 5.1.1.

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const delimiters = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

interface Parts {
  time?: readonly [hour: number, minute: number, second: number];
  day?: number;
  month?: number;
  year?: number;
}

/** Milliseconds since the epoch; undefined: it is no date. */
export function cookieDate(text: string): number | undefined {
  const parts: Parts = {};
  for (const token of text.split(delimiters)) take(token, parts);
  const { time, day, month } = parts;
  const year = fullYear(parts.year);
  if (time === undefined || day === undefined || month === undefined || year === undefined) return undefined;
  const [hour, minute, second] = time;
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(Date.UTC(year, month, day, hour, minute, second));
  return date.getUTCDate() === day ? date.getTime() : undefined;
}

/** The first that fits is what it is, in this order of kinds. */
function take(token: string, parts: Parts): void {
  const time = parts.time === undefined ? /^(\d{1,2}):(\d{1,2}):(\d{1,2})(\D|$)/.exec(token) : null;
  const day = parts.day === undefined ? /^(\d{1,2})(\D|$)/.exec(token) : null;
  const month = months.indexOf(token.slice(0, 3).toLowerCase());
  const year = parts.year === undefined ? /^(\d{2,4})(\D|$)/.exec(token) : null;
  if (time !== null) parts.time = [Number(time[1]), Number(time[2]), Number(time[3])];
  else if (day !== null) parts.day = Number(day[1]);
  else if (parts.month === undefined && month >= 0) parts.month = month;
  else if (year !== null) parts.year = Number(year[1]);
}

function fullYear(year: number | undefined): number | undefined {
  if (year === undefined || year > 99) return year;
  return year >= 70 ? year + 1_900 : year + 2_000;
}

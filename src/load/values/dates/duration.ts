// Durations as java.time.Duration reads them: `P2DT3H4M5.5S`, `-PT1H`, `PT-10M`.

const pattern =
  /^([-+])?P(?:([-+]?\d+)D)?(?:T(?:([-+]?\d+)H)?(?:([-+]?\d+)M)?(?:([-+]?\d+(?:[.,]\d{0,9})?)S)?)?$/i;

/** Milliseconds; undefined: it is none. */
export function isoDurationMs(text: string): number | undefined {
  const found = pattern.exec(text);
  if (!found || !/\d/.test(text) || /T$/i.test(text)) return undefined;
  const [, sign, ...amounts] = found;
  const [days, hours, minutes, seconds] = amounts.map((amount) => Number((amount ?? '0').replace(',', '.')));
  const total =
    (((days as number) * 24 + (hours as number)) * 60 + (minutes as number)) * 60 + (seconds as number);
  return Math.round(total * 1_000) * (sign === '-' ? -1 : 1);
}

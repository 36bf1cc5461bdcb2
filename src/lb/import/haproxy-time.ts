// HAProxy's times as those of the configuration: a bare number is milliseconds (configuration manual, section 2.5).

/** `2000` → `2s`, `1m` → `1m`, `1d` → `24h`; undefined for what is none. */
export function durationOf(text: string | undefined): string | undefined {
  const [, digits, unit = 'ms'] = /^(\d+)(us|ms|s|m|h|d)?$/.exec(text ?? '') ?? [];
  if (digits === undefined) return undefined;
  const count = Number(digits);
  if (unit === 'us') return `${Math.max(1, Math.round(count / 1_000))}ms`;
  if (unit === 'd') return `${count * 24}h`;
  return unit === 'ms' && count % 1_000 === 0 && count > 0 ? `${count / 1_000}s` : `${count}${unit}`;
}

// Durations as kubectl prints them in AGE columns. The thresholds are those of Kubernetes' duration.HumanDuration.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

function pair(major: number, majorUnit: string, minor: number, minorUnit: string): string {
  return minor === 0 ? `${major}${majorUnit}` : `${major}${majorUnit}${minor}${minorUnit}`;
}

function days(hours: number): string {
  if (hours < 24 * 8) return pair(Math.floor(hours / 24), 'd', hours % 24, 'h');
  const whole = Math.floor(hours / 24);
  if (whole < 365 * 2) return `${whole}d`;
  if (whole < 365 * 8) return pair(Math.floor(whole / 365), 'y', whole % 365, 'd');
  return `${Math.floor(whole / 365)}y`;
}

/**
 * `119s`, `5m10s`, `3h`, `2d4h`, `3y12d`. Up to two seconds in the future counts as now (clocks differ a little);
 * further ahead gives `<invalid>`.
 */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(ms / MINUTE);
  if (minutes < 10) return pair(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(ms / HOUR);
  if (hours < 8) return pair(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  return days(hours);
}

/** The time since an RFC 3339 timestamp; `<unknown>` when there is none. `now` is wall-clock milliseconds. */
export function ageSince(timestamp: string | null | undefined, now: number): string {
  return timestamp ? humanDuration(now - Date.parse(timestamp)) : '<unknown>';
}

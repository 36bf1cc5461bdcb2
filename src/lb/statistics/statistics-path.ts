// Where the statistics may be.

/** Of a regular expression: a path, also with HAProxy's habit of a query behind it, `/haproxy?stats`. `;csv` and the like are behind that. */
export const statisticsPathPattern = String.raw`^/[^\s?#;]*(\?[^\s?#;]*)?$`;

export function isStatisticsPath(text: string): boolean {
  return new RegExp(statisticsPathPattern).test(text);
}

// Lines that mean the same wherever they stand: error files, the statistics, header fields.

import type { PageConfig } from '../config/config-types.ts';
import type { HeaderRule } from '../model.ts';
import type { StatisticsDraft } from './draft.ts';
import type { Verdict } from './import-report.ts';

export function errorFile(
  pages: Map<string, PageConfig>,
  [, status = '', file = '']: readonly string[],
): Verdict {
  pages.set(status, { file });
  return 'taken';
}

export function statisticsLine(
  statistics: StatisticsDraft,
  [, what, value = '']: readonly string[],
): Verdict {
  if (what === 'enable') statistics.enabled = true;
  else if (what === 'uri') {
    statistics.enabled = true;
    statistics.uri = value;
  } else if (what === 'auth') {
    if (statistics.user !== undefined && statistics.user !== value.split(':')[0])
      return { left: 'the statistics have one user' };
    statistics.enabled = true;
    const at = value.indexOf(':');
    statistics.user = value.slice(0, at);
    statistics.password = value.slice(at + 1);
  } else if (what === 'admin') return { left: 'servers are not changed from the page: use "relevo server"' };
  else return { left: `stats ${what} is not supported` };
  return 'taken';
}

const actions: Readonly<Record<string, HeaderRule['action']>> = {
  'set-header': 'set',
  'add-header': 'add',
  'del-header': 'remove',
};

/** Only what holds always, and has no variables in it. */
export function headerLine(
  rules: HeaderRule[],
  [, what = '', name = '', ...rest]: readonly string[],
): Verdict {
  const action = actions[what];
  if (action === undefined) return { left: `${what} is not supported` };
  const conditional = rest.includes('if') || rest.includes('unless');
  const value = rest[0] ?? '';
  if (conditional || value.includes('%['))
    return { left: 'only fields without conditions and variables are taken' };
  rules.push(action === 'remove' ? { action, name } : { action, name, value });
  return 'taken';
}

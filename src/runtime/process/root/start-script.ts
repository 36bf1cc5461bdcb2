// The script that becomes a container's program: builds its root out of mounts, moves into it, leaves nothing else in sight, and gives up
// its rights. Few processes, for every one of them costs a start a millisecond.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { shellLine, shellWord } from '../../../base/shell-words.ts';
import { toolWords } from './carried-tools.ts';
import { fstabOf, type MountEntry } from './mount-entry.ts';
import { reportLines } from './start-report.ts';

export interface StartOrder {
  /** Carried out in this order; one is a mount of `root` itself. */
  mounts: readonly MountEntry[];
  /** Those that may fail. */
  extraMounts: readonly MountEntry[];
  /** The machine's folder that becomes `/`. */
  root: string;
  /** Runs before all of it. */
  before?: string;
  /** Inside; made when it is missing. */
  workingDir: string;
  /** See toolWords(). */
  tools: string | undefined;
  /** What becomes the program, with words before it that lower its rights. */
  argv: readonly string[];
  /** Checked before: its absence is told as such. */
  program: string;
  searchPath: string;
  /** See StartReport. */
  report: string;
}

/** Writes what `sh SCRIPT` needs into `folder`. Returns the script's path. */
export function writeStart(folder: string, order: StartOrder): string {
  const [script, fstab] = [path.join(folder, 'start.sh'), path.join(folder, 'fstab')];
  writeFileSync(fstab, fstabOf(order.mounts), { mode: 0o600 });
  writeFileSync(script, scriptOf(order, fstab), { mode: 0o600 });
  return script;
}

function scriptOf(order: StartOrder, fstab: string): string {
  const { root, before = '', workingDir, argv, program, searchPath, report, extraMounts } = order;
  const tool = (...words: string[]) => shellLine(toolWords(order.tools, words));
  const extras = extraMounts.map(
    ({ source, target, type, options }) =>
      `${shellLine(['mount', '-t', type, '-o', options.join(','), source, target])} 2>/dev/null || :\n`,
  );
  return `exec 3<>${shellWord(report)} 4>&2 2>&3
set -e
${before}
mount --all --fstab ${shellWord(fstab)}
${extras.join('')}cd ${shellWord(root)}
pivot_root . .
${tool('umount', '--lazy', '.')}
cd ${shellWord(workingDir)} 2>/dev/null || { ${tool('mkdir', '-p', workingDir)}; cd ${shellWord(workingDir)}; }
set +e
look() {
  [ -e "$1" ] || return 1
  problem=EACCES
  [ -f "$1" ] && [ -x "$1" ] || return 1
  problem=
}
problem=ENOENT
program=${shellWord(program)}
case $program in
*/*) look "$program" ;;
*) IFS=:; for folder in ${quotedPath(searchPath)}; do look "$folder/$program" && break; done; unset IFS ;;
esac
[ -z "$problem" ] || { echo "${reportLines.problem} $problem" >&3; exit 127; }
echo ${reportLines.ready} >&3
exec 2>&4 3>&- 4>&-
exec ${shellLine(argv)}
`;
}

/** Each folder a word of its own. */
function quotedPath(searchPath: string): string {
  return searchPath
    .split(':')
    .map((folder) => shellWord(folder || '.'))
    .join(' ');
}

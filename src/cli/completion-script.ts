// Completion scripts as text, from a plain description of the verbs.

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export interface CompletedOption {
  /** `-o`, `--output`. */
  readonly short: string | undefined;
  readonly long: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  /** The values there are, where they are known. */
  readonly values: readonly string[];
}

export interface CompletedVerb {
  readonly name: string;
  readonly summary: string;
  /** What may stand as its argument, where that is known; otherwise file names are completed. */
  readonly words: readonly string[];
  readonly options: readonly CompletedOption[];
}

export function completionScript(shell: Shell, verbs: readonly CompletedVerb[]): string {
  if (shell === 'fish') return fish(verbs);
  // zsh understands bash's completions once it is told to.
  const preamble = shell === 'zsh' ? 'autoload -Uz compinit bashcompinit\ncompinit\nbashcompinit\n' : '';
  return preamble + bash(verbs);
}

function bash(verbs: readonly CompletedVerb[]): string {
  return `_relevo() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} words
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${verbs.map((verb) => verb.name).join(' ')}'
  else
    case "\${COMP_WORDS[1]} $previous" in
${verbs.flatMap(bashValues).join('\n')}
      *) case "\${COMP_WORDS[1]}" in
${verbs.map(bashWords).join('\n')}
      esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _relevo relevo
`;
}

/** After an option that takes a value: its values, or nothing, so that file names are completed. */
function bashValues(verb: CompletedVerb): string[] {
  return verb.options
    .filter((option) => option.takesValue)
    .map((option) => {
      const patterns = flagsOf(option).map((flag) => `'${verb.name} ${flag}'`);
      return `      ${patterns.join('|')}) words='${option.values.join(' ')}' ;;`;
    });
}

function bashWords(verb: CompletedVerb): string {
  const words = [...verb.words, ...verb.options.flatMap(flagsOf)];
  return `        ${verb.name}) words='${words.join(' ')}' ;;`;
}

function fish(verbs: readonly CompletedVerb[]): string {
  const lines = verbs.flatMap((verb) => [
    `complete -c relevo -n __fish_use_subcommand -f -a ${verb.name} -d ${quoted(verb.summary)}`,
    ...verb.words.map(
      (word) => `complete -c relevo -n '__fish_seen_subcommand_from ${verb.name}' -f -a ${word}`,
    ),
    ...verb.options.map((option) => fishOption(verb.name, option)),
  ]);
  return `${lines.join('\n')}\n`;
}

function fishOption(verb: string, option: CompletedOption): string {
  const parts = [`complete -c relevo -n '__fish_seen_subcommand_from ${verb}'`];
  if (option.short) parts.push(`-s ${option.short.slice(1)}`);
  if (option.long) parts.push(`-l ${option.long.slice(2)}`);
  if (option.takesValue) parts.push('-r');
  if (option.values.length > 0) parts.push(`-f -a '${option.values.join(' ')}'`);
  return `${parts.join(' ')} -d ${quoted(option.description)}`;
}

function flagsOf({ short, long }: CompletedOption): string[] {
  return [short, long].filter((flag) => flag !== undefined);
}

/** As one word for fish, where only the backslash and the quote itself are special between single quotes. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

// `$1$-$2$`: what is made of the groups of a match.

/** A group that is not there, or took no part, is `null`, as JMeter writes it. */
export function templateText(template: string, match: readonly (string | undefined)[]): string {
  return template.replace(/\$(\d+)\$/g, (_, group) => match[Number(group)] ?? 'null');
}

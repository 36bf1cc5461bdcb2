// `$(NAME)` in commands, arguments and values, as Kubernetes expands it.

/** `$$` stands for `$`; a reference to a variable that is not there stays as it was written. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  if (!text.includes('$')) return text;
  return text.replace(/\$(\$|\(([^)]*)\))/g, (whole, escaped: string, name: string | undefined) => {
    if (escaped === '$') return '$';
    return Object.hasOwn(variables, name ?? '') ? String(variables[name ?? '']) : whole;
  });
}

// What tests want to know of a Markdown page: its links, its headings, and what it lets people type.

const fence = /^```[^\n]*\n([\s\S]*?)^```$/gm;

/** Targets of the links within this project, with their `#anchor`. */
export function linksIn(text: string): string[] {
  const prose = text.replace(fence, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => String(target));
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

/** Of its headings, as GitHub makes them. */
export function anchorsOf(text: string): string[] {
  const headings = text.replace(fence, '').matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) =>
    String(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/**
 * The command lines of Relevo that stand in code, as words without `relevo` itself; without what a shell takes (comments, the rest of a
 * pipe) and without what follows `--`.
 */
export function commandsIn(text: string): string[][] {
  const blocks = [...text.matchAll(fence)].map(([, block]) => String(block));
  const spans = [...text.replace(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => String(span));
  return [...blocks, ...spans].flatMap((code) =>
    [...code.matchAll(/(?<![\w/.~-])(?:\.\/)?relevo[ \t]+([a-z-][^\n]*)/g)].map(([, rest]) =>
      wordsOf(String(rest)),
    ),
  );
}

function wordsOf(rest: string): string[] {
  const words =
    rest
      .split(/["»|;&<>)#]| -- |$/, 1)[0]
      ?.trim()
      .split(/\s+/) ?? [];
  return words.map((word) => word.replace(/[.,:…]+$/, ''));
}

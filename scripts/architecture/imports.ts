// What a TypeScript file asks of others. Its imports: static, re-exported, type-only, dynamic with a literal, and `import('…')` in a type.

import { parseSync, Visitor } from 'oxc-parser';

export interface Import {
  /** As written: `./pod.ts`, `node:fs`, `undici`. */
  readonly specifier: string;
  /** The names taken from it, as the exporting file calls them; none where the whole module is taken. */
  readonly names: readonly string[];
}

interface Named {
  type: string;
  imported?: { name?: string };
  local?: { name?: string };
}

function importedName(specifier: Named): string[] {
  const name = specifier.type === 'ExportSpecifier' ? specifier.local?.name : specifier.imported?.name;
  return name === undefined ? [] : [name];
}

export interface Reading {
  readonly imports: readonly Import[];
  /** Whether it asks where it lies itself: import.meta.url and its like. */
  readonly locatesItself: boolean;
}

/** Throws when the text is not TypeScript. `file` is named in the error and decides the dialect by its ending. */
export function readImports(file: string, text: string): Reading {
  const { program, errors } = parseSync(file, text);
  if (errors[0]) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const imports: Import[] = [];
  let locatesItself = false;
  const add = (source: unknown, specifiers: readonly Named[] = []) => {
    const specifier = (source as { value?: unknown } | null)?.value;
    if (typeof specifier === 'string') imports.push({ specifier, names: specifiers.flatMap(importedName) });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source, node.specifiers as Named[]),
    ExportNamedDeclaration: (node) => add(node.source, node.specifiers as Named[]),
    ExportAllDeclaration: (node) => add(node.source),
    ImportExpression: (node) => add(node.source),
    TSImportType: (node) => add(node.source),
    MemberExpression: (node) => {
      locatesItself ||=
        node.object.type === 'MetaProperty' && !node.computed && node.property.name !== 'main';
    },
  }).visit(program);
  return { imports, locatesItself };
}

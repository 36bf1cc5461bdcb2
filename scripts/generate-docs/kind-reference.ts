// The table of the kinds that are served, from their declarations.

import { allVerbs, type Kind } from '../../src/api/kind.ts';
import { kinds } from '../../src/api/kinds.ts';
import { type DefinitionManifest, relevoDefinitions } from '../../src/api/relevo/definitions.ts';
import { extraResources } from '../../src/apiserver/discovery/extra-resources.ts';
import { code, markdownTable } from './markdown-table.ts';

const head = ['kind', 'apiVersion', 'resource', 'short', 'scope', 'verbs', 'subresources'];

/** Markdown: what is served now, what is accepted of old versions, and Relevo's own. */
export function kindReference(): string {
  const current = kinds.filter(({ deprecation }) => deprecation === undefined);
  const deprecated = kinds.filter(({ deprecation }) => deprecation !== undefined);
  return [
    markdownTable(head, current.map(row)),
    '## Old versions that are accepted',
    'They are stored as their present version; each answer carries the warning.',
    markdownTable(['kind', 'apiVersion', 'warning'], deprecated.map(deprecatedRow)),
    "## Relevo's own kinds",
    'CustomResourceDefinitions that are installed at every start.',
    markdownTable(head, relevoDefinitions.map(definitionRow)),
  ].join('\n\n');
}

function row(kind: Kind): string[] {
  return [
    ...[kind.kind, code(kind.apiVersion), code(kind.plural), kind.shortNames.map(code).join(' ')],
    ...[scopeOf(kind.namespaced), verbsOf(kind), subresourcesOf(kind).map(code).join(' ')],
  ];
}

function scopeOf(namespaced: boolean): string {
  return namespaced ? 'namespace' : 'cluster';
}

function verbsOf({ verbs }: Kind): string {
  return allVerbs.every((verb) => verbs.includes(verb)) ? 'all' : verbs.map(code).join(' ');
}

function subresourcesOf({ subresources, group, plural }: Kind): string[] {
  const extra = group === '' ? (extraResources[plural] ?? []) : [];
  const declared = [subresources.status ? 'status' : [], subresources.scale ? 'scale' : []].flat();
  return [...declared, ...extra.map(({ name }) => name)];
}

function deprecatedRow({ kind, apiVersion, deprecation = '' }: Kind): string[] {
  return [kind, code(apiVersion), deprecation];
}

function definitionRow({ spec }: DefinitionManifest): string[] {
  const { group, names, scope, versions } = spec;
  const short = (names.shortNames ?? []).map(code).join(' ');
  const version = versions[0]?.name ?? '';
  return [
    ...[names.kind, code(`${group}/${version}`), code(names.plural), short],
    ...[scopeOf(scope === 'Namespaced'), 'all', code('status')],
  ];
}

// The paths of kubectl's -o jsonpath, as far as they are needed to name a value: {.status.readyReplicas}, {.spec.ports[0].port},
// {.items[*].name}, {.metadata.labels['app']}, {.backends[?(@.name=="shop")].active}.

import { type Told, ToldError, told } from '../../told.ts';

type Step =
  | { readonly type: 'key'; readonly key: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'all' }
  | { readonly type: 'filter'; readonly path: string; readonly equals: string };

/** All values that the path leads to, in order; none: nothing is there. Throws an Error in one line for a path of another form. */
export function valuesAt(object: unknown, path: string): unknown[] {
  let values = [object];
  for (const step of stepsOf(path)) values = values.flatMap((value) => follow(value, step));
  return values;
}

function follow(value: unknown, step: Step): unknown[] {
  if (value === null || typeof value !== 'object') return [];
  switch (step.type) {
    case 'key':
      return Object.hasOwn(value, step.key) ? [(value as Record<string, unknown>)[step.key]] : [];
    case 'index': {
      const found = Array.isArray(value) ? value.at(step.index) : undefined;
      return found === undefined ? [] : [found];
    }
    case 'all':
      return Object.values(value);
    case 'filter':
      return Object.values(value).filter((each) =>
        valuesAt(each, step.path).some((found) => String(found) === step.equals),
      );
  }
}

const key = String.raw`\.(?<key>(?:\\\.|[^.[\]{}\s])+)`;
const quoted = String.raw`\[(?:'(?<single>[^']*)'|"(?<double>[^"]*)")\]`;
const index = String.raw`\[(?<index>-?\d+)\]`;
const all = String.raw`(?<all>\[\*\]|\.\*)`;
const filter = String.raw`\[\?\(@(?<path>[^=\s]+)\s*==\s*["']?(?<equals>[^"')]*)["']?\)\]`;
const step = new RegExp([all, key, quoted, index, filter].join('|'), 'y');

function stepsOf(path: string): Step[] {
  const text = path
    .trim()
    .replace(/^\{\s*(.*?)\s*\}$/, '$1')
    .replace(/^\$/, '');
  const steps: Step[] = [];
  step.lastIndex = 0;
  while (step.lastIndex < text.length) {
    const groups = step.exec(text)?.groups;
    if (!groups) throw new ToldError(noPath(path));
    steps.push(stepOf(groups));
  }
  return steps;
}

function noPath(path: string): Told {
  return told(
    `"${path}" is no path such as {.status.readyReplicas}`,
    `«${path}» no es una ruta como {.status.readyReplicas}`,
  );
}

/** `\.` in a name is a dot of it, as kubectl has it. */
function stepOf(groups: Record<string, string | undefined>): Step {
  if (groups.all !== undefined) return { type: 'all' };
  if (groups.index !== undefined) return { type: 'index', index: Number(groups.index) };
  if (groups.path !== undefined) return { type: 'filter', path: groups.path, equals: groups.equals ?? '' };
  const named = groups.key?.replaceAll('\\.', '.') ?? groups.single ?? groups.double ?? '';
  return { type: 'key', key: named };
}

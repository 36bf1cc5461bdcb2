// The merge of server-side apply: what the configuration says is laid over the live object. It never removes; pruning what an applier
// no longer wants is the business of managed-fields.ts.

import { jsonClone } from '../../base/json-clone.ts';
import type { PathElement } from './field-path.ts';
import { type FieldType, type ListType, type MapType, typeFor } from './field-type.ts';
import { isObject, type JsonObject, own, setOwn } from './json-value.ts';
import { itemElement, itemsByElement } from './list-item.ts';

/** The live object with the configuration's values. Associative lists merge by key, atomic parts are replaced. The result is a copy. */
export function mergeApplied<T extends object>(live: T, config: object, type: MapType): T {
  return mergeMaps(live as JsonObject, config as JsonObject, type) as T;
}

function mergeValues(live: unknown, config: unknown, declaredType: FieldType): unknown {
  if (config === undefined) return jsonClone(live);
  if (live === undefined) return jsonClone(config);
  const type = typeFor(declaredType, config);
  if (type.kind === 'map' && !type.atomic && isObject(live) && isObject(config)) {
    return mergeMaps(live, config, type);
  }
  if (type.kind === 'list' && type.relation !== 'atomic' && Array.isArray(live) && Array.isArray(config)) {
    return mergeLists(live, config, type);
  }
  return jsonClone(config);
}

function mergeMaps(live: JsonObject, config: JsonObject, type: MapType): JsonObject {
  const out: JsonObject = {};
  for (const name of Object.keys(live)) {
    setOwn(out, name, mergeValues(live[name], own(config, name), type.typeOf(name)));
  }
  for (const name of Object.keys(config)) {
    if (!Object.hasOwn(live, name)) setOwn(out, name, jsonClone(config[name]));
  }
  return out;
}

/**
 * The configuration's items come in its order; items that only the live list has keep their place before the shared items that
 * followed them. Live duplicates of a key that is applied give way to the one item of the configuration.
 */
function mergeLists(live: unknown[], config: unknown[], type: ListType): unknown[] {
  const wanted = [...itemsByElement(type, config)];
  const liveItems = itemsByElement(type, live);
  const applied = new Set(wanted.map(([element]) => element));
  const shared = wanted.filter(([element]) => liveItems.has(element)).map(([element]) => element);
  const out: unknown[] = [];
  let next = 0;
  const takeThrough = (last: PathElement | undefined) => {
    while (next < wanted.length) {
      const [element, items] = wanted[next++] as [PathElement, unknown[]];
      const counterparts = liveItems.get(element) ?? [];
      out.push(mergeValues(counterparts.length === 1 ? counterparts[0] : undefined, items[0], type.item));
      if (element === last) return;
    }
  };
  for (const item of live) {
    const element = itemElement(type, item);
    if (!applied.has(element)) out.push(jsonClone(item));
    else if (element === shared[0]) takeThrough(shared.shift());
  }
  takeThrough(undefined);
  return out;
}

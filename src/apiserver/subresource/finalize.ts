// PUT namespaces/NAME/finalize: the only way to change a namespace's spec.finalizers. When the last is gone from a namespace that
// is being deleted, so is the namespace.

import type { FieldError } from '../../api/field-error.ts';
import { invalid } from '../../api/field-error.ts';
import type { V1Namespace } from '../../api/generated/types.ts';
import type { AnyObject } from '../../api/object.ts';
import type { ResourceRoute } from '../api-server.ts';
import { fromStorage } from '../conversion.ts';
import { jsonResponse } from '../request.ts';
import { writeContext } from '../resource-handler.ts';
import type { ServedKind } from '../scheme.ts';
import { allowVerbs, readBody } from './body.ts';
import type { RouteParts } from './route-parts.ts';

/** Answers 200 with the namespace as it is, or as it last was. */
export function finalizeRoute({ writer }: Pick<RouteParts, 'writer'>): ResourceRoute {
  return async (given) => {
    allowVerbs(given, 'update');
    const context = writeContext(given, 'UpdateOptions');
    const body = await readBody<AnyObject>(
      { ...given, info: { ...given.info, namespace: '' } },
      context.options,
      given.kind,
    );
    const written = await writer.update({ ...context, kind: finalizable(given.kind) }, body);
    return jsonResponse(200, fromStorage(given.kind, written.stored?.value ?? written.object));
  };
}

/** The kind with the one difference of this route: the spec is the caller's, not the old one. */
function finalizable(kind: ServedKind): ServedKind {
  const { prepareUpdate: _, ...rest } = kind;
  const changed: ServedKind = {
    ...rest,
    validate: (object) => finalizerErrors(object as unknown as V1Namespace),
  };
  changed.storage = changed;
  return changed;
}

const standard = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

function finalizerErrors({ spec }: V1Namespace): FieldError[] {
  return (spec?.finalizers ?? []).flatMap((name, index) => {
    if (standard.has(name) || name.includes('/')) return [];
    const text = 'name is neither a standard finalizer name nor is it fully qualified';
    return [invalid(`spec.finalizers[${index}]`, name, text)];
  });
}

// networking.k8s.io/v1 IngressClass.

import { ageColumn, nameColumn, text } from '../columns.ts';
import { invalid } from '../field-error.ts';
import type { V1IngressClass } from '../generated/types.ts';
import { declareKind } from '../kind.ts';
import { ingressClassErrors } from './ingress-rules.ts';

function parameters({ spec }: V1IngressClass): string {
  const given = spec?.parameters;
  if (!given) return '<none>';
  const kind = given.apiGroup ? `${given.kind}.${given.apiGroup}` : given.kind;
  return `${kind}/${given.name}`;
}

export const ingressClass = declareKind<V1IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  namespaced: false,
  schema: 'io.k8s.api.networking.v1.IngressClass',
  generation: true,
  columns: [
    nameColumn,
    text(
      'Controller',
      ({ spec }) => spec?.controller ?? '',
      'Controller that is responsible for handling this class',
    ),
    text('Parameters', parameters, 'A reference to a resource with additional parameters'),
    ageColumn,
  ],
  defaults({ spec }) {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
  },
  validate: ingressClassErrors,
  validateUpdate(object, old) {
    const controller = object.spec?.controller;
    return controller === old.spec?.controller
      ? []
      : [invalid('spec.controller', controller, 'field is immutable')];
  },
});

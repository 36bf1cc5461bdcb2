// What a CustomResourceDefinition may say that has no effect here.

import type { V1CustomResourceDefinition } from '../generated/types.ts';
import type { Schema } from '../schema.ts';

export function definitionWarnings({ spec }: V1CustomResourceDefinition): string[] {
  return (spec?.versions ?? []).flatMap(({ schema }, index) => {
    const own = schema?.openAPIV3Schema;
    const path = `spec.versions[${index}].schema.openAPIV3Schema`;
    const rules = own ? rulesPath(own, path) : undefined;
    return rules ? [`${rules}: rules in CEL are kept but not evaluated here`] : [];
  });
}

/** The first place with rules: one warning is enough for each version. */
function rulesPath(schema: Schema, path: string): string | undefined {
  if (schema['x-kubernetes-validations']?.length) return `${path}.x-kubernetes-validations`;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const found = rulesPath(property, `${path}.properties[${name}]`);
    if (found) return found;
  }
  if (schema.items) return rulesPath(schema.items, `${path}.items`);
  const others = schema.additionalProperties;
  return typeof others === 'object' ? rulesPath(others, `${path}.additionalProperties`) : undefined;
}

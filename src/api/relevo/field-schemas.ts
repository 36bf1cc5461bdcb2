// Schemas that fields of Relevo's own kinds share.

import type { Schema } from '../schema.ts';

export function text(description: string, more: Schema = {}): Schema {
  return { type: 'string', description, ...more };
}

export function flag(description: string, more: Schema = {}): Schema {
  return { type: 'boolean', description, ...more };
}

export function choice(values: readonly string[], description: string, more: Schema = {}): Schema {
  return { type: 'string', description, enum: [...values], ...more };
}

export function count(description: string, more: Schema = {}): Schema {
  return { type: 'integer', format: 'int32', minimum: 1, description, ...more };
}

/** An object with these fields; every other is refused or pruned. */
export function fields(description: string, properties: Record<string, Schema>, more: Schema = {}): Schema {
  return { type: 'object', description, properties, ...more };
}

/** `500ms`, `30s`, `1m30s`, `1h`; 0 needs a unit too. */
export function duration(description: string, more: Schema = {}): Schema {
  return {
    type: 'string',
    description,
    pattern: String.raw`^(\d+(\.\d+)?(ms|s|m|h))+$`,
    maxLength: 32,
    ...more,
  };
}

/** `0%` to `100%`. */
export function percent(description: string, more: Schema = {}): Schema {
  return { type: 'string', description, pattern: String.raw`^(100|[1-9]?\d)%$`, ...more };
}

/** The object filled in with its fields' defaults where it is left out, so that what is in force can be read. */
export const filledIn: Schema = { default: {} };

const expression = fields(
  'One requirement: a key, an operator, and values for it.',
  {
    key: text('The label that the requirement is about.'),
    operator: choice(
      ['In', 'NotIn', 'Exists', 'DoesNotExist'],
      'How the value of the label relates to the values.',
    ),
    values: {
      type: 'array',
      description: 'For In and NotIn, at least one; for the others, none.',
      items: { type: 'string' },
      'x-kubernetes-list-type': 'atomic',
    },
  },
  { required: ['key', 'operator'] },
);

/** As metav1.LabelSelector. */
export function labelSelector(description: string): Schema {
  return fields(
    description,
    {
      matchLabels: {
        type: 'object',
        description: 'Labels that must all be there with exactly these values.',
        additionalProperties: { type: 'string' },
      },
      matchExpressions: {
        type: 'array',
        description: 'Further requirements; all must hold.',
        items: expression,
        'x-kubernetes-list-type': 'atomic',
      },
    },
    { 'x-kubernetes-map-type': 'atomic' },
  );
}

/** As metav1.Condition, one for each type. */
export function conditions(description: string): Schema {
  return {
    type: 'array',
    description,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
    items: fields(
      'One aspect of the state, and since when it has been so.',
      {
        type: text('What the condition is about, in CamelCase.', { minLength: 1, maxLength: 316 }),
        status: choice(['True', 'False', 'Unknown'], 'Whether it holds.'),
        reason: text('Why, as one word in CamelCase for programs.', { minLength: 1, maxLength: 1024 }),
        message: text('Why, as a sentence for people.', { maxLength: 32_768 }),
        lastTransitionTime: text('When the status last changed.', { format: 'date-time' }),
        observedGeneration: {
          type: 'integer',
          format: 'int64',
          minimum: 0,
          description: 'The generation of the object that the condition was found for.',
        },
      },
      { required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'] },
    ),
  };
}

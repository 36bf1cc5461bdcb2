// Where in a value a walk is: field names and list positions, kept as a stack so that a walk without findings makes no text.

export type SchemaPath = (string | number)[];

/** `spec.containers[0].image`; '' at the root. */
export function pathText(path: SchemaPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

// Values that are needed while a plan is read, such as whether the scheduler is on: of JMeter's functions only `${__P(name,default)}`
// can be worked out then, from the properties of the command line.

/** The text with its properties filled in. Undefined: it depends on something that only a run knows. */
export function atReadTime(text: string, properties: Readonly<Record<string, string>>): string | undefined {
  if (!text.includes('${')) return text;
  const filled = text.replace(
    /\$\{__P\(([^(),{}]+)(?:,((?:[^{},\\]|\\.)*))?\)\}/g,
    (_whole, name, fallback) => {
      const key = String(name).trim();
      if (Object.hasOwn(properties, key)) return properties[key] ?? '';
      // As JMeter's: 1 without a default.
      return fallback === undefined ? '1' : String(fallback).replace(/\\([,\\])/g, '$1');
    },
  );
  return filled.includes('${') ? undefined : filled;
}

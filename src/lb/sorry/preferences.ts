// Lists of preferences in header fields: Accept and Accept-Language. What cannot be read is passed over; a client is never refused for it.

export interface Preference {
  /** Lower case, without parameters: `text/html`, `text/*`, `es-mx`, `*`. */
  readonly range: string;
  /** 0 to 1; 0: not at all. */
  readonly quality: number;
}

/** In the order of the field; undefined or empty: none, which is every one alike. RFC 9110 sections 12.4.2, 12.5.1 and 12.5.4. */
export function preferences(field: string | undefined): readonly Preference[] {
  return (field ?? '')
    .split(',')
    .map(preferenceOf)
    .filter(({ range }) => range !== '');
}

function preferenceOf(text: string): Preference {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  return { range, quality: weight === undefined ? 1 : qualityOf(weight.slice(2)) };
}

// A weight that is none says nothing: as if it were left out.
function qualityOf(text: string): number {
  return /^(0(\.\d*)?|1(\.0*)?)$/.test(text) ? Number(text) : 1;
}

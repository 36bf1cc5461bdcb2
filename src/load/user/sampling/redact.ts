// Takes secrets out of requests and answers before anybody keeps them: what authorizes, cookies, passwords, and values of variables that
// are called so.

export const hidden = '***';
const headerLine = /^([!#$%&'*+.^_`|~\w-]+):.*$/gm;
const secretName = /pass(?:word|wd|phrase)?|passwd|pwd|secret|token|api[-_]?key|credential|contrase|clave/i;
/** In an address, before the host. */
const userInfo = /\/\/[^/?#\s@]*:[^/?#\s@]*@/g;
/** In forms, queries and JSON. */
const formField = /([?&\s]|^)([\w.\-[\]%]+)=([^&\s]*)/g;
const jsonField = /("(?:[^"\\]|\\.)*"\s*:\s*)"(?:[^"\\]|\\.)*"/g;
/** Shorter ones stand by chance in too many places. */
const shortestSecret = 4;
/** `Bearer` and names of cookies are no secrets, and mostly shorter. */
const shortestInHead = 8;

/** `variables`: of the user that sent it. `others`: what else may stand nowhere, such as secretsInHead(). */
export function redacted(
  text: string,
  variables: ReadonlyMap<string, string>,
  others: readonly string[] = [],
): string {
  let result = text.replace(headerLine, (line, name: string) =>
    isSecret(name) ? `${name}: ${hidden}` : line,
  );
  for (const secret of [...secretsOf(variables), ...others]) result = result.replaceAll(secret, hidden);
  return result
    .replace(userInfo, `//${hidden}@`)
    .replace(formField, (whole, before: string, name: string) =>
      secretName.test(name) ? `${before}${name}=${hidden}` : whole,
    )
    .replace(jsonField, (whole, key: string) => (secretName.test(key) ? `${key}"${hidden}"` : whole));
}

/** What a request authorizes itself with, and its cookies: servers put them into their answers. */
export function secretsInHead(head: string): string[] {
  const values = [...head.matchAll(headerLine)]
    .filter(([, name = '']) => isSecret(name))
    .map(([line]) => line.slice(line.indexOf(':') + 1).trim());
  const words = values.flatMap((value) => [value, ...value.split(/[\s;]+/), ...value.split(/[\s;=]+/)]);
  // The longest first: a part of it would be found in it.
  return [...new Set(words)]
    .filter((word) => word.length >= shortestInHead)
    .sort((a, b) => b.length - a.length);
}

/** Of a header, a variable, a field of a form, a property. */
export function isSecret(name: string): boolean {
  return secretName.test(name) || /^((proxy-)?authorization|(set-)?cookie)$/i.test(name);
}

/** Whether a template has a variable that is called so. */
export function namesSecret(template: string): boolean {
  return [...template.matchAll(/\$\{([^}]+)\}/g)].some(([, name = '']) => isSecret(name));
}

/** An address without the passwords in its query. */
export function safeUrl(url: string): string {
  const isPlain = !url.includes('@') && (!url.includes('?') || !secretName.test(url));
  if (isPlain) return url;
  return url
    .replace(userInfo, `//${hidden}@`)
    .replace(formField, (whole, before: string, name: string) =>
      secretName.test(name) ? `${before}${name}=${hidden}` : whole,
    );
}

/** As they are, and as they stand in forms and URLs. */
function* secretsOf(variables: ReadonlyMap<string, string>): Generator<string> {
  for (const [name, value] of variables) {
    if (!secretName.test(name) || value.length < shortestSecret) continue;
    yield value;
    const encoded = encodeURIComponent(value.toWellFormed());
    if (encoded !== value) yield* [encoded, encoded.replaceAll('%20', '+')];
  }
}

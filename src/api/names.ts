// What names of all sorts may look like, with Kubernetes' own texts (apimachinery's validation package). A check gives the
// list of problems, empty when the name is fine.

export type NameRule = (name: string) => readonly string[];

const fine: readonly string[] = [];

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const wildcard = `\\*\\.${subdomain}`;

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`);
}

/** The text for a name that does not match: what it should be, examples, the pattern. */
function patternText(text: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((example) => `'${example}', `).join(' or ');
  return examples.length === 0
    ? `${text} (regex used for validation is '${pattern}')`
    : `${text} (e.g. ${shown}regex used for validation is '${pattern}')`;
}

function maxLengthText(max: number): string {
  return `must be no more than ${max} characters`;
}

export function rangeText(low: number, high: number): string {
  return `must be between ${low} and ${high}, inclusive`;
}

/** A rule of one pattern and a greatest length. */
function patternRule(pattern: string, max: number, problem: string): NameRule {
  const expression = whole(pattern);
  return (name) => {
    const matches = expression.test(name);
    if (matches && name.length <= max) return fine;
    const problems = name.length > max ? [maxLengthText(max)] : [];
    return matches ? problems : [...problems, problem];
  };
}

const labelProblem = patternText(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  label,
  'my-name',
  '123-abc',
);
const subdomainExpression = whole(subdomain);
const labelExpression = whole(label);

/** A label in DNS as RFC 1123 has it: Namespaces, containers, volumes. */
export function dnsLabelProblems(name: string): readonly string[] {
  const matches = labelExpression.test(name);
  if (matches && name.length <= 63) return fine;
  const problems = name.length > 63 ? [maxLengthText(63)] : [];
  if (!matches) problems.push(subdomainExpression.test(name) ? 'must not contain dots' : labelProblem);
  return problems;
}

/** Labels joined by dots: most objects' names, hosts. */
export const dnsSubdomainProblems = patternRule(
  subdomain,
  253,
  patternText(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    subdomain,
    'example.com',
  ),
);

/** A label that starts with a letter: Services. */
export const dns1035LabelProblems = patternRule(
  label1035,
  63,
  patternText(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    label1035,
    'my-name',
    'abc-123',
  ),
);

/** `*.example.com`. */
export const wildcardHostProblems = patternRule(
  wildcard,
  253,
  patternText(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    wildcard,
    '*.example.com',
  ),
);

/** A name as one segment of a path: RBAC. */
export function pathSegmentProblems(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  const problems: string[] = [];
  if (name.includes('/')) problems.push("may not contain '/'");
  if (name.includes('%')) problems.push("may not contain '%'");
  return problems;
}

export function portNumberProblems(port: number): readonly string[] {
  return port >= 1 && port <= 65_535 ? fine : [rangeText(1, 65_535)];
}

const portName = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** An IANA service name: container ports and the ports that refer to them. */
export function portNameProblems(name: string): readonly string[] {
  if (name.length <= 15 && portName.test(name) && /[a-z]/.test(name)) return fine;
  const problems: string[] = [];
  if (name.length > 15) problems.push(maxLengthText(15));
  if (!/^[-a-z0-9]+$/.test(name)) {
    problems.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
  }
  if (!/[a-z]/.test(name)) problems.push('must contain at least one letter (a-z)');
  if (name.includes('--')) problems.push('must not contain consecutive hyphens');
  if (name.startsWith('-') || name.endsWith('-')) problems.push('must not begin or end with a hyphen');
  return problems;
}

const relativePath = (name: string): string[] => {
  if (name === '.' || name === '..') return [`must not be '${name}'`];
  return name.startsWith('..') ? ["must not start with '..'"] : [];
};

const configKey = patternRule(
  '[-._a-zA-Z0-9]+',
  253,
  patternText(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    '[-._a-zA-Z0-9]+',
    'key.name',
    'KEY_NAME',
    'key-name',
  ),
);

/** A key of a ConfigMap or Secret: it becomes a file's name. */
export function configKeyProblems(key: string): readonly string[] {
  const problems = configKey(key);
  const path = key.startsWith('.') ? relativePath(key) : fine;
  return path.length === 0 ? problems : [...problems, ...path];
}

/** Any printable ASCII but `=` (since Kubernetes 1.32). */
export function envNameProblems(name: string): readonly string[] {
  if (name === '') return ['environment variable name must be non-empty'];
  return /^[ -<>-~]+$/.test(name)
    ? fine
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];
}

export const headerNameProblems = patternRule(
  '[-A-Za-z0-9]+',
  Number.POSITIVE_INFINITY,
  patternText(
    "a valid HTTP header must consist of alphanumeric characters or '-'",
    '[-A-Za-z0-9]+',
    'X-Header-Name',
  ),
);

export const percentProblems = patternRule(
  '[0-9]+%',
  Number.POSITIVE_INFINITY,
  patternText(
    "a valid percent string must be a numeric string followed by an ending '%'",
    '[0-9]+%',
    '1%',
    '93%',
  ),
);

/**
 * A rule for `generateName`: what the server appends makes up for an ending that no name may have.
 */
export function prefixRule(rule: NameRule): NameRule {
  return (prefix) => rule(prefix.replace(/-$/, 'a'));
}

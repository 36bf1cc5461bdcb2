// Groups of the Kubernetes community take definitions only with a note of who approved them (KEP-1111).

export const approvalAnnotation = 'api-approved.kubernetes.io';

export interface Approval {
  state: 'missing' | 'invalid' | 'approved' | 'bypassed';
  reason: string;
}

const link = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** `k8s.io`, `kubernetes.io` and what ends in one of them. */
export function isProtectedGroup(group: string): boolean {
  return /(^|\.)(k8s|kubernetes)\.io$/.test(group);
}

/** What the annotation says, worded as Kubernetes words it. Only for definitions of protected groups. */
export function approvalOf(annotations: Readonly<Record<string, string>> | undefined): Approval {
  const note = annotations?.[approvalAnnotation] ?? '';
  const rule = `protected groups must have approval annotation "${approvalAnnotation}"`;
  if (note === '') return { state: 'missing', reason: `${rule}, ${link}` };
  if (note.startsWith('unapproved')) return { state: 'bypassed', reason: `not approved: "${note}"` };
  if (isUrl(note)) return { state: 'approved', reason: `approved in ${note}` };
  const reason = `${rule} with either a URL or a reason starting with "unapproved", ${link}`;
  return { state: 'invalid', reason };
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).host !== '';
}

// What is a valid IP address or range in an object, with Kubernetes' texts.

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = new RegExp(`^${octet}(\\.${octet}){3}$`);
const problem = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

export function isIPv4(text: string): boolean {
  return ipv4.test(text);
}

export function isIPv6(text: string): boolean {
  // The URL parser knows every way of writing one; zones and brackets are not part of it.
  return text.includes(':') && !/[[\]/%@]/.test(text) && URL.canParse(`http://[${text}]/`);
}

export function ipProblems(text: string): readonly string[] {
  return isIPv4(text) || isIPv6(text) ? [] : [problem];
}

/** `10.0.0.0/8`. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

/** Addresses that cannot be another machine's. Loopback is allowed: on the loopback network pods live there. */
export function specialIpProblems(text: string): readonly string[] {
  if (text === '0.0.0.0' || text === '::') return ['may not be unspecified (0.0.0.0 or ::)'];
  if (text.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/i.test(text)) {
    return ['may not be in the link-local range (169.254.0.0/16, fe80::/10)'];
  }
  if (text.startsWith('224.0.0.') || /^ff02:/i.test(text)) {
    return ['may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'];
  }
  return [];
}

// String formats that custom resource definitions may name. Unknown formats accept everything, as OpenAPI says.

const ipv4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const hostname = /^(?=.{1,255}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*\.?$/i;
const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)([.,]\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
const base64 = /^(?:[A-Za-z\d+/\r\n]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;
const duration = /^[+-]?(\d+(\.\d*)?|\.\d+)\s*(ns|us|µs|ms|s|m|h|d|w|[a-z]+)(\s*(\d+(\.\d*)?)\s*[a-zµ]+)*$/i;

const checks: Record<string, (text: string) => boolean> = {
  byte: isBase64,
  date: isDate,
  'date-time': isDateTime,
  datetime: isDateTime,
  duration: (text) => text.length < 256 && duration.test(text),
  email: (text) => /^[^\s@<>]+@[^\s@<>]+$/.test(text),
  hostname: (text) => hostname.test(text),
  ipv4: (text) => ipv4.test(text),
  ipv6: isIpv6,
  cidr: isCidr,
  mac: (text) => /^([\da-f]{2}[:-]){5}([\da-f]{2}[:-]){0,2}[\da-f]{2}$/i.test(text),
  uri: (text) => URL.canParse(text),
  uuid: (text) => uuid.test(text),
  uuid3: (text) => uuid.test(text) && text.replaceAll('-', '')[12] === '3',
  uuid4: (text) => uuid.test(text) && text.replaceAll('-', '')[12] === '4',
  uuid5: (text) => uuid.test(text) && text.replaceAll('-', '')[12] === '5',
  hexcolor: (text) => /^#?([\da-f]{3}|[\da-f]{6})$/i.test(text),
  rgbcolor: (text) => /^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/.test(text),
};

/** The check of a format, or undefined where every string is right. */
export function formatCheck(format: string): ((text: string) => boolean) | undefined {
  return Object.hasOwn(checks, format) ? checks[format] : undefined;
}

/** Standard base64 with padding; line breaks inside are skipped, as Go's decoder does. */
export function isBase64(text: string): boolean {
  return base64.test(/[\r\n]/.test(text) ? text.replaceAll(/[\r\n]/g, '') : text);
}

/** RFC 3339 with an offset; the day must exist. */
export function isDateTime(text: string): boolean {
  return dateTime.test(text) && isDate(text.slice(0, 10));
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const [, year, month, day] = match.map(Number) as [number, number, number, number];
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isIpv6(text: string): boolean {
  return text.includes(':') && !/[[\]/%]/.test(text) && URL.canParse(`http://[${text}]/`);
}

function isCidr(text: string): boolean {
  const slash = text.indexOf('/');
  const address = text.slice(0, slash);
  const bits = text.slice(slash + 1);
  if (slash < 0 || !/^\d{1,3}$/.test(bits)) return false;
  return ipv4.test(address) ? Number(bits) <= 32 : isIpv6(address) && Number(bits) <= 128;
}

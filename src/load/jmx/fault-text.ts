// Faults quote names and values of files that may hold anything: each stays one line that can be read.

const longest = 300;

export function faultText(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  if (line.length <= longest) return line;
  // The beginning says where it is, the end what is wrong.
  return `${line.slice(0, longest / 2)} … ${line.slice(-longest / 2)}`;
}

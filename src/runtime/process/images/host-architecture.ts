// What Node and images call the same processor.

/** Go's names, as images have them. */
const goNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** `amd64` of Node's `x64`. */
export function hostArchitecture(arch: string): string {
  return goNames[arch] ?? arch;
}

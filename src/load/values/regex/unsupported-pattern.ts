// What a pattern has that is not carried out here, or that no engine would understand.

export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern';
}

// Variables that JMeter gives every user: when the test began.

/** `START.MS`, `START.YMD`, `START.HMS` and `TESTSTART.MS`, in local time. */
export function* jmeterVariables(now: Date): Generator<readonly [string, string]> {
  const two = (value: number) => String(value).padStart(2, '0');
  yield ['START.MS', String(now.getTime())];
  yield ['START.YMD', `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`];
  yield ['START.HMS', two(now.getHours()) + two(now.getMinutes()) + two(now.getSeconds())];
  yield ['TESTSTART.MS', String(now.getTime())];
}

/** No provider can make a request wait for longer. */
const LONGEST_MS = 3_600_000;

/** A header's value by its lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

/**
 * How long the provider asks to wait, in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date.
 * Where a proxy has added one of its own, the longer wait counts. What has passed is 0, what is absurdly long an hour;
 * undefined when nothing readable is said.
 * @param wall milliseconds since the epoch
 */
export function retryAfterMs(header: HeaderOf, wall: number): number | undefined {
  const exact = longestIn(header('retry-after-ms'));
  if (exact !== undefined) return clamp(exact);
  const text = header('retry-after')?.trim();
  const seconds = longestIn(text);
  if (seconds !== undefined) return clamp(seconds * 1000);
  // RFC 9110 dates only: Date.parse also reads "2", which would be a year.
  if (text === undefined || !/^[A-Za-z]{3,9},? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : clamp(at - wall);
}

const clamp = (ms: number): number => Math.min(Math.max(Math.ceil(ms), 0), LONGEST_MS);

/** Of a header that came more than once, HTTP makes a list. */
function longestIn(text: string | undefined): number | undefined {
  const numbers = (text ?? '').split(',').map(numberIn);
  return numbers.includes(undefined) ? undefined : Math.max(...(numbers as number[]));
}

const numberIn = (text: string): number | undefined =>
  /^\s*[+-]?\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : undefined;

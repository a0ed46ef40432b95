/** `14:59:07`, by the clock on the wall; `at` in milliseconds since the epoch. */
export function localTime(at: number): string {
  const time = new Date(at);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}

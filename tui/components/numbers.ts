import type { Role } from '../text.ts';

/** Nothing was measured. */
export const NOTHING = '–';

/** What a chart of latencies stands for at least: below it nobody waits. */
export const LEAST_CHART_MS = 1;

/** A count in at most five characters: `999`, `9999`, `12.3k`, `4.5M`. */
export function count(value: number): string {
  if (value < 10_000) return String(Math.round(value));
  for (const [unit, size] of [
    ['k', 1e3],
    ['M', 1e6],
    ['G', 1e9],
  ] as const) {
    const scaled = value / size;
    if (scaled < 99.95) return `${scaled.toFixed(1)}${unit}`;
    if (scaled < 999.5) return `${Math.round(scaled)}${unit}`;
  }
  return '>1T';
}

/** Milliseconds in at most four characters: `0.4`, `320`, `1.2s`, `45s`, `12m`. */
function duration(ms: number): string {
  if (ms < 9.95) return ms.toFixed(1);
  if (ms < 999.5) return String(Math.round(ms));
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`;
  if (ms < 99_500) return `${Math.round(ms / 1000)}s`;
  return `${Math.min(Math.round(ms / 60_000), 999)}m`;
}

/** The same in at most three: `0`, `320`, `1s`. */
function roughly(ms: number): string {
  return ms < 9950 ? (ms < 999.5 ? String(Math.round(ms)) : `${Math.round(ms / 1000)}s`) : duration(ms);
}

/** Quantiles of one thing, in milliseconds, rising; `–` where nothing was measured, which is not the same as no time. */
export function durations(ms: readonly number[], form: (ms: number) => string = duration): readonly string[] {
  const measured = ms.some((one) => one > 0);
  return ms.map((one) => (measured ? form(one) : NOTHING));
}

/** Quantiles side by side in a width, in the finest form that fits. */
export function quantiles(ms: readonly number[], width: number): string {
  const forms = [duration, roughly].map((form) => durations(ms, form).join(' '));
  return forms.find((text) => text.length <= width) ?? durations(ms).at(-1)!;
}

/** A span of time for people: `12s`, `3m12s`, `2h05m`, `4d03h`. */
export function age(ms: number): string {
  const seconds = Math.max(Math.floor(ms / 1000), 0);
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (days > 0) return `${days}d${two(hours % 24)}h`;
  if (hours > 0) return `${hours}h${two(minutes % 60)}m`;
  return minutes > 0 ? `${minutes}m${two(seconds % 60)}s` : `${seconds}s`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** `1 dead letter`, `3 dead letters` */
export const plural = (times: number, word: string): string => `${times} ${word}${times === 1 ? '' : 's'}`;

/** How a share of something that should not fill up is shown. */
export function loadRole(share: number): Role {
  if (share >= 0.9) return 'bad';
  return share >= 0.6 ? 'warning' : 'plain';
}

import { ACTIONS } from './keys.ts';
import { type Line, padded, span } from './text.ts';
import type { Controls } from './ui.ts';

const KEYS_WIDTH = 14;

/** What the numbers mean, so that nobody has to guess. */
const NUMBERS = [
  'queue and busy: jobs that wait for a stage, and jobs inside it.',
  'p50 p95 p99: milliseconds where no s or m is said, of the last 30 to 60',
  'seconds; of a stage with the waiting for it. All requests that waited count,',
  'of the others one in 512.',
  'Charts: one column a second. Dead letters: since the start.',
] as const;

/** The keys, and what is shown. */
export function helpLines(controls: Controls): readonly Line[] {
  return [
    ...ACTIONS.map((action): Line => {
      const why = action.disabled?.(controls) ?? null;
      return [
        span(padded(action.keys.join(' '), KEYS_WIDTH), 'strong'),
        span(action.help, why === null ? 'plain' : 'faint'),
        span(why === null ? '' : ` (off: ${why})`, 'warning'),
      ];
    }),
    [],
    ...NUMBERS.map((text): Line => [span(text, 'faint')]),
  ];
}

/** The keys in one line, or what the latest one came to. */
export function keyBar(controls: Controls): Line {
  const { notice } = controls.ui;
  if (notice !== null) return [span(notice, 'warning')];
  const shown = ACTIONS.filter(({ label, disabled }) => label !== undefined && !disabled?.(controls));
  return shown.flatMap(({ keys, label }, at) => [
    span(at === 0 ? '' : ' · ', 'faint'),
    span(keys[0]!, 'strong'),
    span(` ${label!(controls)}`),
  ]);
}

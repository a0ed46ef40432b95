import { scrolledTo } from './components/prose.ts';
import { ACTIONS, offBecause } from './keys.ts';
import { type Line, lineWidth, padded, type Span, span } from './text.ts';
import type { Controls, Typing } from './ui.ts';
import { VIEW_NAMES } from './view.ts';

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
export function helpLines(controls: Controls, height: number): readonly Line[] {
  const lines = [
    ...ACTIONS.map((action): Line => {
      const why = offBecause(action, controls);
      return [
        span(padded(action.named ?? action.keys.join(' '), KEYS_WIDTH), 'strong'),
        span(action.help, why === null ? 'plain' : 'faint'),
        span(why === null ? '' : ` (off: ${why})`, 'warning'),
      ];
    }),
    [],
    ...NUMBERS.map((text): Line => [span(text, 'faint')]),
  ];
  return scrolledTo(lines, controls.ui.scrolled, height);
}

/** The keys in one line, or what the latest one came to, or what is being typed. */
export function keyBar(controls: Controls, width: number): Line {
  const { notice, typing, view, opened } = controls.ui;
  if (typing !== null) return typingLine(typing);
  if (notice !== null) return [span(notice, 'warning')];
  const shown = ACTIONS.filter((action) => action.label !== undefined && offBecause(action, controls) === null);
  const keys = shown
    .filter(({ keys: [key] }) => opened === null || !HIDDEN_WHEN_OPEN.has(key!))
    .map(({ keys: [key], named, label }): Line => [span(named ?? key!, 'strong'), span(` ${label!(controls)}`)]);
  const back: Line[] = opened === null ? [] : [[span('Esc', 'strong'), span(' back')]];
  const views = VIEW_NAMES.flatMap((name, at): Line => [
    span(at === 0 ? '' : ' '),
    span(String(at + 1), 'strong'),
    span(` ${name}`, name === view ? 'accent' : 'faint'),
  ]);
  const short: Line = [span('1-7', 'strong'), span(' views')];
  // In a narrow window the names of the views go first, then keys from the left: help and quit stay.
  for (let left = 0; left <= keys.length; left++) {
    for (const tabs of left === 0 ? [views, short] : [short]) {
      const line = joined([tabs, ...back, ...keys.slice(left)]);
      if (lineWidth(line) <= width) return line;
    }
  }
  return short;
}

const HIDDEN_WHEN_OPEN: ReadonlySet<string> = new Set(['return', '/', 'm']);

const SEPARATOR = span(' · ', 'faint');

const joined = (parts: readonly Line[]): Line =>
  parts.flatMap((part, at): readonly Span[] => (at === 0 ? part : [SEPARATOR, ...part]));

function typingLine(typing: Typing): Line {
  if (typing.kind === 'filter') {
    return [span('/', 'strong'), span(typing.text), span('▏', 'accent'), span(' Enter keeps it, Esc drops it', 'faint')];
  }
  const { what, word } = typing.question;
  if (word.length === 1) return [span(`${what}? `, 'warning'), span(word, 'strong'), span(' does it, any other key does not')];
  return [
    span(`${what}: type `, 'warning'),
    span(word, 'strong'),
    span(' and Enter: ', 'warning'),
    span(typing.text),
    span('▏', 'accent'),
  ];
}

import { scrolledTo } from './components/prose.ts';
import { ACTIONS, type Action, offBecause } from './keys.ts';
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
  // What can't be used here and now comes last.
  const actions = ACTIONS.map((action) => ({ action, why: offBecause(action, controls) }));
  const lines = [
    ...[...actions.filter(({ why }) => why === null), ...actions.filter(({ why }) => why !== null)].map(
      ({ action, why }): Line => {
        return [
          span(padded(action.named ?? action.keys.join(' '), KEYS_WIDTH), 'strong'),
          span(action.help, why === null ? 'plain' : 'faint'),
          span(why === null ? '' : ` (off: ${why})`, 'warning'),
        ];
      },
    ),
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
  const usable = shown.filter(({ keys: [key] }) => opened === null || !HIDDEN_WHEN_OPEN.has(key!));
  const back: Line[] = opened === null ? [] : [[span('Esc', 'strong'), span(' back')]];
  const views = VIEW_NAMES.flatMap(
    (name, at): Line => [
      span(at === 0 ? '' : ' '),
      span(String(at + 1), 'strong'),
      span(` ${name}`, name === view ? 'accent' : 'faint'),
    ],
  );
  const short: Line = [span('1-7', 'strong'), span(' views')];
  const line = (tabs: Line, actions: readonly Action[]): Line =>
    joined([
      tabs,
      ...back,
      ...actions.map(
        ({ keys: [key], named, label }): Line => [span(named ?? key!, 'strong'), span(` ${label!(controls)}`)],
      ),
    ]);
  // In a narrow window the names of the views go first, then what other views have, too; help and quit stay.
  const dispensable = [
    ...usable.filter(({ views: only, keys: [key] }) => only === undefined && !LAST.has(key!)).reverse(),
    ...usable.filter(({ views: only }) => only !== undefined).reverse(),
  ];
  const fits = (one: Line): boolean => lineWidth(one) <= width;
  if (fits(line(views, usable))) return line(views, usable);
  for (let left = 0; left < dispensable.length; left++) {
    const without = new Set(dispensable.slice(0, left));
    const fitting = line(
      short,
      usable.filter((action) => !without.has(action)),
    );
    if (fits(fitting)) return fitting;
  }
  return line(
    short,
    usable.filter(({ keys: [key] }) => LAST.has(key!)),
  );
}

const LAST: ReadonlySet<string> = new Set(['?', 'q']);

const HIDDEN_WHEN_OPEN: ReadonlySet<string> = new Set(['return', '/', 'm']);

const SEPARATOR = span(' · ', 'faint');

const joined = (parts: readonly Line[]): Line =>
  parts.flatMap((part, at): readonly Span[] => (at === 0 ? part : [SEPARATOR, ...part]));

function typingLine(typing: Typing): Line {
  if (typing.kind === 'filter') {
    return [
      span('/', 'strong'),
      span(typing.text),
      span('▏', 'accent'),
      span(' Enter keeps it, Esc drops it', 'faint'),
    ];
  }
  const { what, word } = typing.question;
  if (word.length === 1)
    return [span(`${what}? `, 'warning'), span(word, 'strong'), span(' does it, any other key does not')];
  return [
    span(`${what}: type `, 'warning'),
    span(word, 'strong'),
    span(' and Enter: ', 'warning'),
    span(typing.text),
    span('▏', 'accent'),
  ];
}

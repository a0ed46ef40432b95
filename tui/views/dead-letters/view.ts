import type { Snapshot } from '../../../src/telemetry/snapshot.ts';
import { type ListColumn, list } from '../../components/list.ts';
import { count, NOTHING } from '../../components/numbers.ts';
import { facts, folded } from '../../components/prose.ts';
import type { Look } from '../../panel.ts';
import type { Letter } from '../../source.ts';
import { cut, type Line, span } from '../../text.ts';
import { type LettersModel, letterKeyOf } from './model.ts';

const ID_WIDTH = 26;
const SESSION_WIDTH = 18;
const BAR_WIDTH = 16;

export function lettersTitle({ total, rows, all, marked }: LettersModel, filter: string, then: boolean): Line {
  return [
    span('DEAD LETTERS', 'strong'),
    span(then ? ` ${count(total)} of then that are still kept` : ` ${count(total)} kept`),
    ...(all < total ? [span(` · the newest ${all} listed`)] : []),
    ...(filter === '' ? [] : [span(` · ${rows.length} of ${all} with “${filter}”`, 'warning')]),
    ...(marked === 0 ? [] : [span(` · ${marked} marked`, 'accent')]),
  ];
}

function columns({ timeOfDay }: Look): readonly ListColumn<Letter>[] {
  return [
    { title: 'request', cell: ({ request_id }) => cut(request_id, ID_WIDTH) },
    { title: 'reason', cell: ({ reason }) => reason, role: () => 'warning', rank: 20 },
    { title: 'time', cell: ({ dropped_at }) => timeOfDay(dropped_at * 1000), role: () => 'faint', rank: 9 },
    { title: 'session', cell: ({ session_id }) => cut(session_id ?? NOTHING, SESSION_WIDTH), rank: 4 },
    { title: 'tries', align: 'right', cell: ({ attempts }) => String(attempts), rank: 3 },
    { title: 'deaths', align: 'right', cell: ({ hops }) => String(hops + 1), rank: 5 },
    { title: 'error', cell: ({ error }) => error?.code ?? NOTHING, rank: 8 },
    {
      title: 'message',
      cell: ({ error }) => cut(error?.message ?? '', 80),
      role: () => 'faint',
      rank: 1,
      flexible: 16,
    },
  ];
}

export function lettersView(
  { rows, all }: LettersModel,
  marked: ReadonlySet<string>,
  selected: number,
  look: Look,
  width: number,
  height: number,
): readonly Line[] {
  if (all === 0) return [[span('None.')]];
  if (rows.length === 0) return [[span('None has that in it.')]];
  return list(rows, columns(look), { selected, marked: (row) => marked.has(letterKeyOf(rows[row]!)) }, width, height);
}

/** What became of letters that were sent again, with a bar that fills as they end. */
export function replayLine({ dead_letters }: Snapshot, width: number): Line {
  const { scheduled, in_flight, succeeded, failed, left } = dead_letters.replay;
  const ended = succeeded + failed;
  const all = ended + in_flight + scheduled;
  if (all + left === 0) return [span('none was sent again yet', 'faint')];
  const filled = all === 0 ? BAR_WIDTH : Math.floor((BAR_WIDTH * ended) / all);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
  const parts = [
    ...(in_flight > 0 ? [`${count(in_flight)} on their way`] : []),
    ...(scheduled > 0 ? [`${count(scheduled)} wait for their time`] : []),
    `${count(succeeded)} answered`,
    ...(failed > 0 ? [`${count(failed)} failed again`] : []),
    ...(left > 0 ? [`${count(left)} left alone`] : []),
  ];
  return [
    ...(width < 2 * BAR_WIDTH ? [] : [span(bar, in_flight > 0 ? 'accent' : 'good'), span(` ${ended}/${all}  `)]),
    span(parts.join(' · ')),
  ];
}

/** One letter whole: why it is there, and what was asked. */
export function letterPage(letter: Letter, look: Look, width: number): readonly Line[] {
  const { request_id, session_id, reason, dropped_at, error, attempts, hops, request } = letter;
  const said = request.messages.flatMap(({ role, content }): readonly Line[] => [
    [],
    [span(role, 'faint')],
    ...folded(typeof content === 'string' ? content : JSON.stringify(content), width),
  ]);
  return [
    ...facts(
      [
        ['request', request_id, 'strong'],
        ['reason', reason, 'warning'],
        ['error', error === undefined ? NOTHING : `${error.code}: ${error.message}`, 'bad'],
        ['given up', look.timeOfDay(dropped_at * 1000)],
        ['session', session_id ?? NOTHING],
        ['priority', request.priority ?? 'normal'],
        ['model', request.model ?? 'the configured one'],
        ['tries', `${attempts}; it has died ${hops + 1}×`],
      ],
      width,
    ),
    ...said,
  ];
}

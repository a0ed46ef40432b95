import { dollarText } from '../../../src/core/money.ts';
import { type ListColumn, list } from '../../components/list.ts';
import { count, durations, NOTHING } from '../../components/numbers.ts';
import { facts } from '../../components/prose.ts';
import type { Look } from '../../panel.ts';
import { cut, type Line, type Role, span } from '../../text.ts';
import type { RequestRow, RequestsModel } from './model.ts';

const ID_WIDTH = 26;
const NAME_WIDTH = 18;

/** In a sign and a word, so that nothing hangs on colours. */
const STATUSES: Readonly<Record<RequestRow['status'], readonly [sign: string, role: Role]>> = {
  waiting: ['◐', 'faint'],
  working: ['◐', 'accent'],
  'in flight': ['◐', 'accent'],
  completed: ['●', 'good'],
  blocked: ['○', 'warning'],
  limited: ['○', 'warning'],
  shed: ['○', 'bad'],
  expired: ['○', 'bad'],
  failed: ['○', 'bad'],
  cancelled: ['○', 'plain'],
};

const statusRole = ({ status }: Pick<RequestRow, 'status'>): Role => STATUSES[status][1];

/** `● completed`, `◐ waiting rag` */
function statusText({ status, stage }: Pick<RequestRow, 'status' | 'stage'>): string {
  const where = status === 'waiting' || status === 'working' ? ` ${stage}` : '';
  return `${STATUSES[status][0]} ${status}${where}`;
}

export function requestsTitle({ inFlight, rows, all }: RequestsModel, filter: string): Line {
  return [
    span('REQUESTS', 'strong'),
    span(` ${count(inFlight)} in flight`),
    ...(filter === '' ? [] : [span(` · ${rows.length} of ${all} with “${filter}”`, 'warning')]),
  ];
}

const milliseconds = (ms: number | null): string => (ms === null ? NOTHING : ms === 0 ? '0' : durations([ms])[0]!);
const tokens = (row: RequestRow): string =>
  row.input_tokens === null && row.output_tokens === null
    ? NOTHING
    : `${said(row.input_tokens)}/${said(row.output_tokens)}`;
const said = (number: number | null): string => (number === null ? NOTHING : count(number));

function columns({ timeOfDay }: Look): readonly ListColumn<RequestRow>[] {
  const time = ({ ended_at, accepted_at }: RequestRow): string => {
    const at = ended_at ?? accepted_at;
    return at === null ? NOTHING : timeOfDay(at);
  };
  return [
    { title: 'request', cell: ({ id }) => cut(id, ID_WIDTH) },
    { title: 'status', cell: statusText, role: statusRole, rank: 20 },
    { title: 'time', cell: time, role: () => 'faint', rank: 9 },
    { title: 'session', cell: ({ session }) => cut(session ?? NOTHING, NAME_WIDTH), rank: 6 },
    { title: 'priority', cell: ({ priority }) => priority, rank: 1 },
    { title: 'queued', align: 'right', cell: ({ queued_ms }) => milliseconds(queued_ms), rank: 8 },
    { title: 'total', align: 'right', cell: ({ total_ms }) => milliseconds(total_ms), rank: 10 },
    { title: 'provider', cell: ({ provider }) => cut(provider ?? NOTHING, NAME_WIDTH), rank: 7 },
    { title: 'model', cell: ({ model }) => cut(model || NOTHING, NAME_WIDTH), rank: 0 },
    { title: 'from', cell: ({ source }) => source?.replace('_', ' ') ?? NOTHING, rank: 3 },
    { title: 'tries', align: 'right', cell: ({ attempts }) => String(attempts), rank: 4 },
    { title: 'tokens', align: 'right', cell: tokens, rank: 2 },
    {
      title: 'cost',
      align: 'right',
      cell: ({ cost_usd }) => (cost_usd === null ? '' : dollarText(cost_usd)),
      rank: 2.5,
    },
    { title: 'error', cell: ({ error }) => error?.code ?? '', role: () => 'bad', rank: 5 },
  ];
}

export function requestsView(
  { rows, all, tooLongAgo }: RequestsModel,
  selected: number,
  look: Look,
  width: number,
  height: number,
): readonly Line[] {
  if (tooLongAgo) return [[span('Requests of that time are not kept any more: the latest thousand are.', 'warning')]];
  if (all === 0) {
    return [
      [span('None yet.')],
      [span('Listed are those in flight, and the latest thousand that waited or did not end well;', 'faint')],
      [span('of those that ran straight through, one in 512.', 'faint')],
    ];
  }
  if (rows.length === 0) return [[span('None has that in it.')]];
  return list(rows, columns(look), { selected }, width, height);
}

/** All that is known of one request. */
export function requestStory(row: RequestRow, look: Look, width: number): readonly Line[] {
  const { id, session, priority, accepted_at, ended_at, total_ms, queued_ms, error } = row;
  const at = (time: number | null): string => (time === null ? NOTHING : look.timeOfDay(time));
  const work = total_ms === null || queued_ms === null ? null : Math.max(total_ms - queued_ms, 0);
  const time =
    total_ms === null
      ? 'not timed: it never waited'
      : `${milliseconds(total_ms)} = ${milliseconds(queued_ms)} in queues + ${milliseconds(work)} at work`;
  const by =
    row.provider === null
      ? ended_at === null
        ? 'nobody yet'
        : 'nobody'
      : `${row.provider}, model ${row.model || NOTHING}`;
  return facts(
    [
      ['request', id, 'strong'],
      ['status', statusText(row), statusRole(row)],
      ...(error === null ? [] : [['error', `${error.code}: ${error.message}`, 'bad'] as const]),
      ['session', session ?? NOTHING],
      ['priority', priority],
      ['accepted', at(accepted_at)],
      ['ended', ended_at === null ? 'not yet' : at(ended_at)],
      ['time', row.status === 'in flight' ? `${milliseconds(total_ms)} until then` : time],
      ['answered by', by],
      ['from', row.source?.replace('_', ' ') ?? NOTHING],
      ['tries', String(row.attempts)],
      ...(row.cost_usd === null ? [] : [['cost', dollarText(row.cost_usd)] as const]),
      ['tokens', `${said(row.input_tokens)} in, ${said(row.output_tokens)} out, as the provider counted`],
    ],
    width,
  );
}

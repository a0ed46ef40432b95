import type { RequestPicture } from '../../../src/telemetry/recent-requests.ts';
import { matches } from '../../components/prose.ts';
import { instantOf, type Scene } from '../../view.ts';

export interface RequestRow extends Omit<RequestPicture, 'status'> {
  /** Unique in the list, also where an id was used again. */
  readonly key: string;
  /** `in flight`: at an earlier instant, of which nobody knows where it was then. */
  readonly status: RequestPicture['status'] | 'in flight';
}

export interface RequestsModel {
  readonly inFlight: number;
  /** In flight first, the oldest on top; then those that have ended, the newest on top. */
  readonly rows: readonly RequestRow[];
  /** Before the filter. */
  readonly all: number;
  /** The instant that is shown lies before everything that is kept. */
  readonly tooLongAgo: boolean;
}

/** A picture is asked for its lines several times, and there may be a thousand. */
const made = new WeakMap<Scene, RequestsModel | null>();

/** The requests of the instant that is shown; null until there is a list. */
export function requestsModel(scene: Scene): RequestsModel | null {
  const known = made.get(scene);
  if (known !== undefined) return known;
  const model = modelOf(scene);
  made.set(scene, model);
  return model;
}

function modelOf(scene: Scene): RequestsModel | null {
  const { details, ui, snapshot } = scene;
  const { requests } = details;
  if (requests === null) return null;
  const instant = instantOf(scene);
  const all = instant === null ? [...requests.open, ...requests.ended] : asOf(instant, requests);
  const oldest = requests.ended.at(-1)?.ended_at ?? Number.NEGATIVE_INFINITY;
  const filter = ui.filters.requests ?? '';
  const rows = keyed(all).filter(({ id, session, status, provider, model, source, priority, stage, error }) =>
    matches(filter, [id, session, status, provider, model, source, priority, stage, error?.code ?? null]),
  );
  return {
    inFlight: instant === null ? requests.in_flight : snapshot.totals.in_flight,
    rows,
    all: all.length,
    tooLongAgo: instant !== null && instant < oldest,
  };
}

/** What had ended by then, and what had begun. */
function asOf(
  instant: number,
  { open, ended }: NonNullable<Scene['details']['requests']>,
): readonly Omit<RequestRow, 'key'>[] {
  const then = [...open, ...ended].filter(({ accepted_at, ended_at }) => (accepted_at ?? ended_at ?? 0) <= instant);
  const wasOpen = ({ ended_at }: RequestPicture): boolean => ended_at === null || ended_at > instant;
  return [
    ...then.filter(wasOpen).map(({ id, session, priority, stage, accepted_at }) => ({
      ...{ id, session, priority, stage, accepted_at, ended_at: null, queued_ms: null },
      status: 'in flight' as const,
      total_ms: accepted_at === null ? null : instant - accepted_at,
      ...{
        source: null,
        provider: null,
        model: '',
        attempts: 0,
        input_tokens: null,
        output_tokens: null,
        cost_usd: null,
        error: null,
      },
    })),
    ...then.filter((one) => !wasOpen(one)),
  ];
}

/** The id in a line's key. */
export const requestIdOf = (key: string): string => key.slice(0, key.lastIndexOf('#'));

/** Numbered from the oldest, as new ones come in at the other end. */
function keyed(rows: readonly Omit<RequestRow, 'key'>[]): readonly RequestRow[] {
  const times = new Map<string, number>();
  return rows
    .toReversed()
    .map((row) => {
      const before = times.get(row.id) ?? 0;
      times.set(row.id, before + 1);
      return { ...row, key: `${row.id}#${before}` };
    })
    .reverse();
}

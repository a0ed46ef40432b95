import type { Clock, Timer } from '../../src/core/clock.ts';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import type { Story } from '../../src/inference/story.ts';
import { STAGES } from '../../src/pipeline/stages.ts';
import type { RequestsPicture } from '../../src/telemetry/recent-requests.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { type Letter, LIVE, type Link, type Source } from '../../tui/source.ts';
import type { ServerClient } from '../shared/server-client.ts';
import { Lists } from './lists.ts';
import { MOST_LETTERS, nameOf, sentAgain, tripped } from './words.ts';

/** Lists are fetched so often at the most, milliseconds: each is some hundred kilobytes. */
const FRESH_MS = 1000;
/** The server says something every fifteen seconds; after so many milliseconds of silence it is gone. */
const SILENT_MS = 40_000;
/** Milliseconds before it is tried again: twice as long each time, up to the second number. */
const RETRY_MS = [500, 10_000] as const;

export interface Remote {
  readonly source: Source;
  close(): void;
}

/**
 * A running server, as the dashboard sees it: the first picture, and then each one as it comes. A connection that breaks
 * is made again, for as long as it takes.
 * @param version of this program; the server must have the same, as pictures change between versions
 * @throws server_unreachable, what the server refuses, or `server_unreachable` where it speaks another version
 */
export async function connect(client: ServerClient, clock: Clock, version: string): Promise<Remote> {
  const connection = new Connection(client, clock, version);
  await connection.open();
  return { source: connection.source, close: () => connection.close() };
}

class Connection {
  readonly source: Source;
  private readonly client: ServerClient;
  private readonly clock: Clock;
  private readonly version: string;
  private readonly listeners = new Set<() => void>();
  private readonly lists: Lists;
  private readonly closing = new AbortController();
  private latest: Snapshot | null = null;
  private link: Link = LIVE;
  private waitMs: number = RETRY_MS[0];
  private timer: Timer | null = null;

  constructor(client: ServerClient, clock: Clock, version: string) {
    this.client = client;
    this.clock = clock;
    this.version = version;
    this.lists = new Lists({
      clock,
      freshMs: FRESH_MS,
      snapshot: () => this.latest!,
      requests: () => client.get<RequestsPicture>('/v1/requests'),
      // One that left no story is no fault.
      story: (id) => client.get<Story>(`/v1/requests/${encodeURIComponent(id)}/explain`).catch(() => null),
      letters: async () => {
        const page = await client.get<{ total: number; dead_letters: readonly Letter[] }>(
          `/v1/dlq?limit=${MOST_LETTERS}`,
        );
        return { total: page.total, letters: page.dead_letters };
      },
      tell: () => this.tell(),
      // That the connection is gone is told in the header.
      onFault: () => undefined,
    });
    this.source = this.sourceOf();
  }

  /** The first picture, or why there is none. */
  async open(): Promise<void> {
    await this.greet();
    void this.follow();
  }

  close(): void {
    this.closing.abort();
    this.timer?.cancel();
    this.lists.stop();
  }

  private async greet(): Promise<void> {
    const { version } = await this.client.get<{ version?: unknown }>('/version');
    if (version !== this.version) throw stranger(this.client.url, `it speaks version ${String(version)}`, this.version);
    this.take(await this.client.get<unknown>('/v1/snapshot'));
  }

  private async follow(): Promise<void> {
    let why = 'the connection ended';
    const silence = this.silence();
    try {
      await this.client.events('/v1/events', AbortSignal.any([this.closing.signal, silence.signal]), (event, data) => {
        silence.heard();
        if (event === 'snapshot') this.take(JSON.parse(data));
        else if (event === 'end') why = 'the server stops';
      });
    } catch (thrown) {
      why = silence.signal.aborted ? `nothing was heard for ${SILENT_MS / 1000} s` : messageOf(thrown);
    } finally {
      silence.stop();
    }
    if (!this.closing.signal.aborted) this.lost(why);
  }

  private lost(why: string): void {
    const since = this.link.state === 'lost' ? this.link.since : this.clock.wall();
    this.link = { state: 'lost', since, why };
    this.tell();
    this.timer = this.clock.after(this.waitMs, () => void this.retry(), true);
    this.waitMs = Math.min(2 * this.waitMs, RETRY_MS[1]);
  }

  private async retry(): Promise<void> {
    try {
      await this.greet();
    } catch (thrown) {
      if (!this.closing.signal.aborted) this.lost(messageOf(thrown));
      return;
    }
    if (!this.closing.signal.aborted) await this.follow();
  }

  /** A picture has come; throws for what is none. */
  private take(value: unknown): void {
    if (!isSnapshot(value)) throw stranger(this.client.url, 'its picture is of another kind', this.version);
    this.latest = value;
    this.link = LIVE;
    this.waitMs = RETRY_MS[0];
    this.lists.look();
    this.tell();
  }

  /** Tells of a connection over which nothing comes any more. */
  private silence() {
    const { clock } = this;
    const control = new AbortController();
    const start = (): Timer => clock.after(SILENT_MS, () => control.abort(), true);
    let timer = start();
    return {
      signal: control.signal,
      heard() {
        timer.cancel();
        timer = start();
      },
      stop: () => timer.cancel(),
    };
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private sourceOf(): Source {
    const { client, lists } = this;
    return {
      label: client.url,
      snapshot: () => this.latest!,
      details: () => lists.details,
      link: () => this.link,
      subscribe: (listener) => {
        const entry = (): void => listener();
        this.listeners.add(entry);
        return () => void this.listeners.delete(entry);
      },
      watch: (topic, request = null) => lists.watch(topic, request),
      reset: null,
      resetOff: 'the counters of a server are its metrics',
      async replay(letters) {
        if (letters === null) {
          const { replayed, total } = await client.ask<{ replayed: number; total: number }>('POST', '/v1/dlq/replay', {
            limit: MOST_LETTERS,
          });
          return sentAgain(replayed, total);
        }
        let sent = 0;
        for (const letter of letters) {
          const path = `/v1/dlq/replay/${encodeURIComponent(nameOf(letter))}`;
          sent += (await client.ask<{ replayed: number }>('POST', path)).replayed;
        }
        return sentAgain(sent, letters.length);
      },
      async purge(letters) {
        const paths =
          letters === null ? ['/v1/dlq'] : letters.map((letter) => `/v1/dlq/${encodeURIComponent(nameOf(letter))}`);
        let removed = 0;
        for (const path of paths) removed += (await client.ask<{ removed: number }>('DELETE', path)).removed;
        lists.refresh();
        return `${removed} removed for good`;
      },
      async breaker(provider, deed) {
        await client.ask('POST', `/v1/circuit-breaker/${encodeURIComponent(provider)}/${deed}`);
        return tripped(provider, deed);
      },
    };
  }
}

const stranger = (url: string, how: string, version: string): OrchestratorError =>
  new OrchestratorError('server_unreachable', `${url} cannot be shown: ${how}, this program is version ${version}.`);

/** Whether it has what every view reads; sections that may be missing are looked for where they are shown. */
function isSnapshot(value: unknown): value is Snapshot {
  const picture = value as Partial<Snapshot> | null;
  if (typeof picture !== 'object' || picture === null) return false;
  const { at, uptime_ms, totals, rates, stages, latency, throughput, providers, dead_letters, log } = picture;
  return (
    typeof at === 'number' &&
    typeof uptime_ms === 'number' &&
    typeof totals?.submitted === 'number' &&
    typeof rates?.in === 'number' &&
    STAGES.every((name) => Array.isArray(stages?.[name]?.history)) &&
    Array.isArray(latency?.history) &&
    Array.isArray(throughput?.history) &&
    typeof providers === 'object' &&
    typeof dead_letters?.replay === 'object' &&
    Array.isArray(log)
  );
}

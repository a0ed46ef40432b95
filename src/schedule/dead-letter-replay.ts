import type { Clock, Timer } from '../core/clock.ts';
import type { DeadLetter, DeadLetterReplayPicture } from '../core/dead-letter.ts';
import { messageOf } from '../core/errors.ts';
import type { SubmitOptions } from '../core/job.ts';
import { type Outcome, outcomeRecord } from '../core/outcome.ts';
import type { PromptRequest } from '../core/request.ts';
import type { DeadLetterRing } from '../pipeline/dead-letters.ts';
import { type Claimed, letterKey, type ReplayStore } from './replay-store.ts';

/** Seconds before the first try; each further one waits twice as long. Source: the document's replay scheduler. */
const FIRST_WAIT_S = 2;
const LONGEST_WAIT_S = 60;

/** Milliseconds from the `deaths`th death of a request (1, 2, …) to its next try. */
export function replayWaitMs(deaths: number): number {
  return Math.min(FIRST_WAIT_S ** deaths, LONGEST_WAIT_S) * 1000;
}

/** Ends that leave a new letter (capability A9). */
const LEAVES_LETTER: ReadonlySet<string> = new Set(['shed', 'expired', 'failed']);

export interface DeadLetterReplaySettings {
  /** Every dead letter is tried again by itself. */
  readonly automatic: boolean;
  /** Letters of requests that have died so often are left to people. */
  readonly maxDeaths: number;
  /** Milliseconds after which a letter is too old to be worth an answer. */
  readonly maxAgeMs: number;
}

export interface DeadLetterReplayParts {
  readonly clock: Clock;
  readonly ring: DeadLetterRing;
  readonly submit: (request: PromptRequest, options: SubmitOptions, done: (outcome: Outcome) => void) => void;
  /** The lasting store, and this process's name in it; null where letters are kept in memory only. */
  readonly store: { readonly replays: ReplayStore; readonly owner: string } | null;
  /** So many letters have left the store. */
  readonly onRemoved: (letters: number) => void;
  /** A try could not be made. */
  readonly onFault: (request: PromptRequest, message: string) => void;
}

/** Which letters are meant; without a field, all. */
export interface LetterSelection {
  readonly requestId?: string | undefined;
  readonly session?: string | undefined;
  /** These, wherever they come from: the store may hold letters of earlier processes, which the ring does not. */
  readonly letters?: readonly DeadLetter[] | undefined;
}

/**
 * Sends dead letters again (capability B10): by itself with exponential waits, or at once on demand. Every letter has a
 * timer of its own, so a slow request holds up no other. With a lasting store each try is claimed in the journal of
 * replays first, so that what a `replay` command answers, or has in hand, is not sent from here, and the other way round.
 */
export class DeadLetterReplay {
  private readonly parts: DeadLetterReplayParts;
  private settings: DeadLetterReplaySettings;
  private readonly timers = new Map<DeadLetter, Timer>();
  private readonly sending = new Set<DeadLetter>();
  private journal: Promise<number> | null = null;
  private succeeded = 0;
  private failed = 0;
  private left = 0;
  private stopped = false;

  constructor(parts: DeadLetterReplayParts, settings: DeadLetterReplaySettings) {
    this.parts = parts;
    this.settings = settings;
  }

  /** Changed settings hold for letters from now on; those that wait keep their time. */
  set(settings: DeadLetterReplaySettings): void {
    this.settings = settings;
  }

  /** A request has died: it is tried again when its time has come. */
  dead(letter: DeadLetter): void {
    const { automatic, maxDeaths } = this.settings;
    if (!automatic || this.stopped) return;
    // As many as the ring holds may wait, so that what waits has a bound.
    if (letter.hops + 1 >= maxDeaths || this.timers.size >= this.parts.ring.capacity) {
      this.left++;
      return;
    }
    const timer = this.parts.clock.after(replayWaitMs(letter.hops + 1), () => this.due(letter), true);
    this.timers.set(letter, timer);
  }

  /** Sends the selected letters of the ring now, whatever their age; returns how many. */
  replay({ requestId, session, letters = this.parts.ring.list() }: LetterSelection = {}): number {
    const selected = letters
      .filter(
        ({ request }) =>
          (requestId === undefined || request.id === requestId) &&
          (session === undefined || request.session === session),
      )
      .filter((letter) => !this.sending.has(letter));
    for (const letter of selected) {
      this.timers.get(letter)?.cancel();
      this.timers.delete(letter);
      this.begin(letter);
    }
    return selected.length;
  }

  /** Nothing is tried any more; what waits stays a dead letter. */
  stop(): void {
    this.stopped = true;
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
  }

  /** Changes whenever the picture would. */
  get stamp(): string {
    return Object.values(this.picture()).join();
  }

  picture(): DeadLetterReplayPicture {
    return {
      scheduled: this.timers.size,
      in_flight: this.sending.size,
      succeeded: this.succeeded,
      failed: this.failed,
      left: this.left,
    };
  }

  private due(letter: DeadLetter): void {
    this.timers.delete(letter);
    if (this.parts.clock.wall() - letter.at > this.settings.maxAgeMs) this.left++;
    else this.begin(letter);
  }

  private begin(letter: DeadLetter): void {
    this.sending.add(letter);
    const { request } = letter;
    void this.send(letter)
      .then((sent) => {
        if (!sent) this.left++;
      })
      .catch((thrown) => {
        this.failed++;
        this.parts.onFault(request, messageOf(thrown));
      })
      .finally(() => {
        this.sending.delete(letter);
      });
  }

  /** Resolves once the try has ended; false when the letter is not ours to send. */
  private async send(letter: DeadLetter): Promise<boolean> {
    const { store, submit } = this.parts;
    const claimed: Claimed = { key: letterKey(letter.request), request: letter.request };
    const replay = store === null ? null : await this.claim(store, claimed);
    if (store !== null && replay === null) return false;
    const record: SubmitOptions['record'] = async (outcome, along) => {
      const { replays } = store!;
      this.parts.onRemoved(
        outcome.status === 'completed'
          ? await replays.answered(replay!, claimed, JSON.stringify(outcomeRecord(outcome)))
          : await replays.failed(replay!, claimed, along),
      );
    };
    const options: SubmitOptions = { hops: letter.hops + 1, stream: false, ...(store === null ? {} : { record }) };
    const outcome = await new Promise<Outcome>((resolve) => submit(letter.request, options, resolve));
    if (outcome.status === 'completed') this.succeeded++;
    else this.failed++;
    // Answered, or there is a newer letter of it. One that was refused at the door stays as it was.
    if (outcome.status === 'completed' || LEAVES_LETTER.has(outcome.status)) this.parts.ring.remove(letter);
    return true;
  }

  /** Takes the letter in hand; null when somebody else has, or has answered it. */
  private async claim({ replays, owner }: { replays: ReplayStore; owner: string }, claimed: Claimed) {
    this.journal ??= replays.begin('engine', owner);
    const replay = await this.journal;
    const { journal } = replays;
    if (await journal.claim(replay, claimed.key, claimed.request.id)) return replay;
    const found = await journal.find(claimed.key);
    if (found?.state !== 'failed') return null;
    return (await journal.takeOver(replay, claimed.key, found)) ? replay : null;
  }
}

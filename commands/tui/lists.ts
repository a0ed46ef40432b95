import type { Clock, Timer } from '../../src/core/clock.ts';
import { messageOf } from '../../src/core/errors.ts';
import type { Story } from '../../src/inference/story.ts';
import type { RequestsPicture } from '../../src/telemetry/recent-requests.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { type Details, type LettersPicture, NO_DETAILS, type Topic } from '../../tui/source.ts';

export interface ListParts {
  readonly clock: Clock;
  /** A list is fetched so often at the most, milliseconds. */
  readonly freshMs: number;
  readonly snapshot: () => Snapshot;
  readonly requests: () => RequestsPicture | Promise<RequestsPicture>;
  /** Null where it left none. */
  readonly story: (id: string) => Story | null | Promise<Story | null>;
  readonly letters: () => Promise<LettersPicture>;
  /** There is a new list. */
  readonly tell: () => void;
  /** One could not be fetched; the old one stays. */
  readonly onFault: (message: string) => void;
}

/** The list that is looked at beside the snapshot, fetched anew when the snapshot says that it has changed. */
export class Lists {
  details: Details = NO_DETAILS;
  private readonly parts: ListParts;
  private topic: Topic | null = null;
  private request: string | null = null;
  private seen: string | null = null;
  private madeAt = Number.NEGATIVE_INFINITY;
  private timer: Timer | null = null;
  private fetching = false;

  constructor(parts: ListParts) {
    this.parts = parts;
  }

  watch(topic: Topic | null, request: string | null): void {
    if (this.topic === topic && this.request === request) return;
    // The list stays while one of its lines is looked at.
    if (this.topic !== topic) this.details = NO_DETAILS;
    this.topic = topic;
    this.request = request;
    this.refresh();
    this.parts.tell();
  }

  /** There may be something new. */
  look(): void {
    const { clock, freshMs } = this.parts;
    if (this.topic === null || this.timer !== null || this.stamp() === this.seen) return;
    const rest = this.madeAt + freshMs - clock.now();
    if (rest <= 0 && !this.fetching) this.refresh();
    // The last change before everything rests must not be missed.
    else
      this.timer = clock.after(
        Math.max(rest, freshMs),
        () => {
          this.timer = null;
          this.look();
        },
        true,
      );
  }

  stop(): void {
    this.topic = null;
    this.timer?.cancel();
    this.timer = null;
  }

  /** Fetches the list now. */
  refresh(): void {
    const { topic, parts } = this;
    if (topic === null) return;
    this.seen = this.stamp();
    this.madeAt = parts.clock.now();
    const made = topic === 'requests' ? this.requests() : this.letters();
    // What is at hand is shown with the picture that it belongs to.
    if (!(made instanceof Promise)) {
      this.details = made;
      return;
    }
    this.fetching = true;
    made
      .then(
        (details) => {
          if (this.topic !== topic) return;
          this.details = details;
          parts.tell();
        },
        (thrown) => parts.onFault(messageOf(thrown)),
      )
      .finally(() => {
        this.fetching = false;
        this.look();
      });
  }

  private requests(): Details | Promise<Details> {
    const { request, parts } = this;
    const made = parts.requests();
    const story = request === null ? null : parts.story(request);
    if (!(made instanceof Promise || story instanceof Promise)) return { ...NO_DETAILS, requests: made, story };
    return Promise.all([made, story]).then(([requests, told]) => ({ ...NO_DETAILS, requests, story: told }));
  }

  private async letters(): Promise<Details> {
    return { ...NO_DETAILS, letters: await this.parts.letters() };
  }

  /** Changes whenever the list may have. */
  private stamp(): string {
    const { uptime_ms, dead_letters } = this.parts.snapshot();
    if (this.topic === 'requests') return String(uptime_ms);
    return JSON.stringify(dead_letters);
  }
}

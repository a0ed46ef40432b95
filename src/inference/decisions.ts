import type { Call } from '../core/call.ts';
import type { AttemptReport } from './layers/timeout/timeout-layer.ts';
import type { ChoiceStory, Story } from './story.ts';
import { type EndedRequest, StoryNotes } from './story-notes.ts';

/** Requests whose story is kept. */
const KEPT = 1000;

/**
 * Why each of the latest requests went where it went: who could have answered, why the others could not, every attempt.
 * A ring of a thousand; requests that were answered without waiting and without a choice leave nothing.
 */
export class Decisions {
  private readonly known = new Map<string, StoryNotes>();
  private readonly ring: StoryNotes[] = [];
  private next = 0;

  /** A router takes over a call. */
  began(call: Call, policy: string, pipeline: string | null, now: number): void {
    const known = this.known.get(call.id);
    // An id that is used again begins a story of its own; so does a call that is routed for the second time.
    const notes = known === undefined || known.ended !== null ? this.fresh(call.id, known) : known;
    notes.policy = policy;
    notes.pipeline = pipeline;
    notes.beganAt = now;
  }

  chose(call: Call, choice: ChoiceStory): void {
    this.of(call.id).chose(choice);
  }

  /** The router is done with it; for a call that nobody times that is all that will be known of its end. */
  left(call: Call, now: number): void {
    const known = this.of(call.id);
    known.endedAt = now;
    if (known.ended !== null) return;
    const { error, provider, latest, notes } = call;
    const status = error === null ? 'completed' : 'failed';
    known.end('left', {
      status,
      source: null,
      provider,
      model: latest?.model ?? call.model,
      error,
      notes,
      trace: null,
    });
  }

  readonly attempted = (report: AttemptReport): void => {
    const { id } = report.attempt.call;
    const known = this.known.get(id);
    // One that lost, or was given up, may report when its request has long ended; one that begins after that is another's.
    const another = known?.ended === 'settled' && report.startedAt >= known.settledAt;
    (known === undefined || another ? this.fresh(id, known) : known).attempted(report);
  };

  /** A request that was timed has ended. */
  settled(request: EndedRequest): void {
    const { id } = request;
    const known = this.known.get(id);
    (known === undefined || known.ended === 'settled' ? this.fresh(id, known) : known).end('settled', request);
  }

  /** The story of a request; null when it left none, or it was too long ago. */
  explain(id: string): Story | null {
    return this.known.get(id)?.story() ?? null;
  }

  private of(id: string): StoryNotes {
    return this.known.get(id) ?? this.fresh(id, undefined);
  }

  /** @param known what there is under this id */
  private fresh(id: string, known: StoryNotes | undefined): StoryNotes {
    const notes = known ?? this.oldest();
    if (known === undefined) this.known.set(id, notes);
    notes.begin(id);
    return notes;
  }

  /** The place that is filled next; who was in it is forgotten. */
  private oldest(): StoryNotes {
    let notes = this.ring[this.next];
    if (notes === undefined) {
      notes = new StoryNotes();
      this.ring.push(notes);
    } else this.known.delete(notes.id);
    this.next = (this.next + 1) % KEPT;
    return notes;
  }
}

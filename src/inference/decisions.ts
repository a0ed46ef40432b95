import type { Call } from '../core/call.ts';
import { LruTable } from '../primitives/lru-table.ts';
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
  /** Where each is, by the hash of its id: a map in which as many leave as come would cost more than all that is noted. */
  private readonly places = new LruTable(KEPT);
  private readonly notes: StoryNotes[] = [];
  /** The one that was looked for last: what runs straight through is looked for again at once. */
  private latest = new StoryNotes();

  /** A router takes over a call. */
  began(call: Call, policy: string, pipeline: string | null, now: number): void {
    const known = this.known(call.id);
    // An id that is used again begins a story of its own; so does a call that is routed for the second time.
    const notes = known === undefined || known.ended !== null ? this.fresh(call.id) : known;
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
    const known = this.known(id);
    // One that lost, or was given up, may report when its request has long ended; one that begins after that is another's.
    const another = known?.ended === 'settled' && report.startedAt >= known.settledAt;
    (known === undefined || another ? this.fresh(id) : known).attempted(report);
  };

  /** A request that was timed has ended. */
  settled(request: EndedRequest): void {
    const { id } = request;
    const known = this.known(id);
    (known === undefined || known.ended === 'settled' ? this.fresh(id) : known).end('settled', request);
  }

  /** The story of a request; null when it left none, or it was too long ago. */
  explain(id: string): Story | null {
    return this.known(id)?.story() ?? null;
  }

  private known(id: string): StoryNotes | undefined {
    if (this.latest.id === id) return this.latest;
    const place = this.places.find(hashOf(id));
    const notes = place < 0 ? undefined : this.notes[place];
    // Another id may have the same hash.
    if (notes?.id !== id) return undefined;
    this.latest = notes;
    return notes;
  }

  private of(id: string): StoryNotes {
    return this.known(id) ?? this.fresh(id);
  }

  private fresh(id: string): StoryNotes {
    const notes = this.known(id) ?? this.oldest(id);
    notes.begin(id);
    this.latest = notes;
    return notes;
  }

  /** The place that is filled next; who was in it is forgotten. */
  private oldest(id: string): StoryNotes {
    const place = this.places.insert(hashOf(id));
    let notes = this.notes[place];
    if (notes === undefined) {
      notes = new StoryNotes();
      this.notes[place] = notes;
    }
    return notes;
  }
}

/** FNV-1a's steps over the characters: ids are short, and differ at their end. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) & 0x3fffffff;
}

import type { AnswerSource } from '../core/outcome.ts';

/** What the reuse of answers tells whoever listens. */
export interface ReuseEvents {
  /** A request got an answer without a call of its own; `tokens` are those it would have cost, in and out. */
  'reuse.answered': { readonly id: string; readonly source: AnswerSource; readonly tokens: number };
  /** The one whose call was shared left; the request `id` leads in its place. */
  'reuse.handed_over': { readonly id: string };
  /** The store was emptied. */
  'reuse.flushed': { readonly entries: number };
}

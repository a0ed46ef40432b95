import type { RetrievalPicture } from '../../../src/prompts/retrieval/retrieval.ts';
import { count } from '../../components/numbers.ts';
import { type Line, span, wrapped } from '../../text.ts';

/** How many requests got context, from how much, and what went wrong. */
export function retrievalView(model: RetrievalPicture, width: number, height: number): readonly Line[] {
  const { documents, chunks, queries, hits, timeouts, skipped, last_error } = model;
  const trouble = [
    ...(timeouts > 0 ? [span(`${count(timeouts)} too late`, 'warning')] : []),
    ...(skipped > 0 ? [span(`${count(skipped)} files left out`, 'warning')] : []),
    ...(last_error === null ? [] : [span(last_error, 'bad')]),
  ];
  const parts = [
    span(`${count(hits)} of ${count(queries)} with context`),
    ...trouble,
    span(`${count(documents)} files, ${count(chunks)} parts`, 'faint'),
  ];
  return wrapped(parts, width, ' · ').slice(0, height);
}

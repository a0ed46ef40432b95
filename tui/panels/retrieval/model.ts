import type { RetrievalPicture } from '../../../src/prompts/retrieval/retrieval.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** What was found for requests in the files; null without sources. */
export function retrievalModel({ retrieval }: Snapshot): RetrievalPicture | null {
  return retrieval ?? null;
}

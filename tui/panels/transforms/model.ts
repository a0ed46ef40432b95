import type { ShapingPicture } from '../../../src/prompts/text-shaping.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface TransformRow extends ShapingPicture {
  readonly of: string;
}

/** What the transforms made of texts; null without any. */
export function transformsModel({ transforms = {} }: Snapshot): readonly TransformRow[] | null {
  const { assemble, post_process } = transforms;
  const rows = [
    ...(assemble === undefined ? [] : [{ of: 'prompts', ...assemble }]),
    ...(post_process === undefined ? [] : [{ of: 'answers', ...post_process }]),
  ];
  return rows.length === 0 ? null : rows;
}

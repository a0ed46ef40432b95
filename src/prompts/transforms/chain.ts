import { OrchestratorError } from '../../core/errors.ts';
import type { TextFlow } from '../../core/text-flow.ts';
import { TRANSFORMS, type TransformSpec, type TransformTable, tableOf } from './index.ts';
import type { TransformDefinition } from './transform.ts';

/** One configured transform. */
export interface Transform {
  readonly name: string;
  /** Whether text goes on as it arrives. */
  readonly incremental: boolean;
  /** Starts on a text. */
  start(): TextFlow;
}

/** Prepares a transform. Throws `config_invalid` for one that does not exist, or whose settings are wrong. */
export function createTransform(spec: TransformSpec): Transform {
  const table = typeof spec === 'string' ? tableOf(spec) : spec;
  if (table === null || !Object.hasOwn(TRANSFORMS, table.kind)) {
    const name = typeof spec === 'string' ? spec : String(spec.kind);
    const known = Object.keys(TRANSFORMS).join(', ');
    throw new OrchestratorError('config_invalid', `There is no transform ${JSON.stringify(name)}; known are ${known}.`);
  }
  const { kind, ...settings } = table as TransformTable;
  const definition: TransformDefinition<never> = TRANSFORMS[kind];
  return { name: kind, incremental: definition.incremental, start: definition.create(settings as never) };
}

/** Transforms in order, as one: what comes out of each goes into the next. */
export function chainOf(transforms: readonly Transform[]): () => TextFlow {
  return () => {
    const flows = transforms.map((transform) => transform.start());
    return {
      feed: (text) => flows.reduce((piece, flow) => (piece === '' ? '' : flow.feed(piece)), text),
      flush: () => flows.reduce((rest, flow) => (rest === '' ? '' : flow.feed(rest)) + flow.flush(), ''),
    };
  };
}

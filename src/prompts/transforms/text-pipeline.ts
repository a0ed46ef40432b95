import { type Clock, systemClock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { flowThrough } from '../../core/text-flow.ts';
import { createTransform } from './chain.ts';
import { codePoints } from './graphemes.ts';
import type { TransformSpec } from './index.ts';

/** A stage of a text pipeline that is no transform of this program: anything from text to text. */
export interface TextStage {
  readonly name: string;
  run(text: string): string | Promise<string>;
}

/** What one stage, or the whole pipeline, did; lengths in code points, times in milliseconds. */
export interface TextStats {
  readonly input_len: number;
  readonly output_len: number;
  readonly elapsed_ms: number;
}

export interface TextPipelineResult {
  readonly output: string;
  readonly stats: TextStats & { readonly stages: readonly (TextStats & { readonly name: string })[] };
}

/** Text stages in order: each gets what the one before it returned. */
export interface TextPipeline {
  readonly stages: readonly string[];
  /** Rejects with what a stage of one's own threw. */
  run(text: string): Promise<TextPipelineResult>;
}

/**
 * Puts a text pipeline together, without an engine:
 * `new PipelineBuilder().add('trim').add('truncate:2000').build().run(text)`.
 */
export class PipelineBuilder {
  private readonly clock: Clock;
  private readonly stages: TextStage[] = [];

  constructor(clock: Clock = systemClock) {
    this.clock = clock;
  }

  /** Appends a transform, as a configuration has it, or a stage of one's own. Throws `config_invalid` for a wrong one. */
  add(stage: TransformSpec | TextStage): this {
    this.stages.push(isOwn(stage) ? stage : stageOf(stage));
    return this;
  }

  /** The pipeline as it is now; what is added later is not in it. */
  build(): TextPipeline {
    const stages = [...this.stages];
    return { stages: stages.map(({ name }) => name), run: (text) => run(stages, text, this.clock) };
  }
}

const isOwn = (stage: TransformSpec | TextStage): stage is TextStage => typeof stage === 'object' && 'run' in stage;

function stageOf(spec: TransformSpec): TextStage {
  const transform = createTransform(spec);
  return { name: transform.name, run: (text) => flowThrough(transform.start(), text) };
}

async function run(stages: readonly TextStage[], text: string, clock: Clock): Promise<TextPipelineResult> {
  const begunAt = clock.now();
  const done: (TextStats & { readonly name: string })[] = [];
  let output = text;
  for (const stage of stages) {
    const startedAt = clock.now();
    const input = output;
    output = await stage.run(input);
    if (typeof output !== 'string') {
      throw new OrchestratorError('plugin_failed', `Text stage ${stage.name} returned ${typeof output}, not text.`);
    }
    done.push({ name: stage.name, ...statsOf(input, output, clock.now() - startedAt) });
  }
  return { output, stats: { ...statsOf(text, output, clock.now() - begunAt), stages: done } };
}

function statsOf(input: string, output: string, elapsedMs: number): TextStats {
  return { input_len: codePoints(input), output_len: codePoints(output), elapsed_ms: elapsedMs };
}

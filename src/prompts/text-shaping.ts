import type { Step } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import { present } from '../core/present.ts';
import { type ContentPart, type Message, messageText } from '../core/request.ts';
import { flowThrough, type TextFlow } from '../core/text-flow.ts';
import { chainOf, createTransform } from './transforms/chain.ts';
import type { TransformSpec } from './transforms/index.ts';

/** What the transforms of one stage have done so far; lengths in UTF-16 code units. */
export interface ShapingPicture {
  readonly texts: number;
  readonly changed: number;
  readonly input_len: number;
  readonly output_len: number;
}

/** What both stages have done; a stage without transforms is not there. */
export interface ShapingPictures {
  readonly assemble?: ShapingPicture;
  readonly post_process?: ShapingPicture;
}

interface ShapedStage {
  readonly enabled: boolean;
  readonly transforms: readonly TransformSpec[];
}

interface ShapedStages {
  readonly assemble: ShapedStage;
  readonly post_process: ShapedStage;
}

/** The text transforms of the pipeline, laid around the work of its stages. */
export interface Shaping {
  readonly stages: ShapedStages;
  /** Changes the prompt before the work of assemble. */
  prompt(assemble: Step<Job>): Step<Job>;
  /** Lets the answer pass while it arrives. */
  answer(inference: Step<Job>): Step<Job>;
  /** The work of post_process: lets out the rest of the answer. */
  finish(otherwise: Step<Job>): Step<Job>;
  /** Undefined when there are no transforms. */
  read(): ShapingPictures | undefined;
  /** Changes with the numbers. */
  readonly stamp: number;
}

/**
 * Where nothing is configured, work is returned as it came. `earlier` is taken on, with its numbers, when it does the
 * same. Throws `config_invalid` for transforms that are wrong.
 */
export function createShaping(stages: ShapedStages, earlier?: Shaping): Shaping {
  const same = (key: keyof ShapedStages): boolean =>
    JSON.stringify(earlier?.stages[key].transforms) === JSON.stringify(stages[key].transforms) &&
    earlier?.stages[key].enabled === stages[key].enabled;
  if (earlier !== undefined && same('assemble') && same('post_process')) return earlier;
  const prompts = StageTransforms.of(stages.assemble);
  const answers = StageTransforms.of(stages.post_process);
  return {
    stages,
    prompt: (assemble) => (prompts === null ? assemble : promptFirst(prompts, assemble)),
    answer: (inference) => (answers === null ? inference : answerThrough(answers, inference)),
    finish: (otherwise) => (answers === null ? otherwise : finishAnswer(answers)),
    read() {
      if (prompts === null && answers === null) return undefined;
      return present({ assemble: prompts?.read(), post_process: answers?.read() });
    },
    get stamp() {
      return (prompts?.texts ?? 0) + (answers?.texts ?? 0);
    },
  };
}

/** The transforms of one stage, and what they did. */
class StageTransforms {
  texts = 0;
  private changed = 0;
  private inputLength = 0;
  private outputLength = 0;
  /** Starts on a text. */
  readonly start: () => TextFlow;

  static of({ enabled, transforms }: ShapedStage): StageTransforms | null {
    return enabled && transforms.length > 0 ? new StageTransforms(transforms) : null;
  }

  private constructor(specs: readonly TransformSpec[]) {
    this.start = chainOf(specs.map(createTransform));
  }

  /** Takes note of a text that has passed. */
  note(given: string, made: string): void {
    this.texts++;
    if (given !== made) this.changed++;
    this.inputLength += given.length;
    this.outputLength += made.length;
  }

  read(): ShapingPicture {
    return { texts: this.texts, changed: this.changed, input_len: this.inputLength, output_len: this.outputLength };
  }
}

/** The prompt is the last user message, its text parts as one text. */
function promptFirst(transforms: StageTransforms, assemble: Step<Job>): Step<Job> {
  return (job) => {
    const at = job.messages.findLastIndex(({ role }) => role === 'user');
    if (at >= 0) {
      const asked = messageText(job.messages[at]!);
      const text = flowThrough(transforms.start(), asked);
      if (text !== asked) job.messages = job.messages.with(at, withText(job.messages[at]!, text));
      transforms.note(asked, text);
    }
    return assemble(job);
  };
}

/** The message with another text; where it has several parts of text, they become one where the first one stood. */
function withText(message: Message, text: string): Message {
  if (typeof message.content === 'string') return { ...message, content: text };
  const isText = ({ type }: ContentPart): boolean => type === 'text';
  const first = message.content.findIndex(isText);
  const others = message.content.filter((part) => !isText(part));
  const at = first < 0 ? others.length : first;
  return { ...message, content: [...others.slice(0, at), { type: 'text', text }, ...others.slice(at)] };
}

/**
 * While the pieces of an answer are free to go they pass the transforms as they come, so that streams keep flowing. An
 * answer that is held for a hook is changed once, when it is finished: the hooks up to there see what the provider said.
 */
function answerThrough(transforms: StageTransforms, inference: Step<Job>): Step<Job> {
  return (job) => {
    if (!job.held) job.shape(transforms.start());
    return inference(job);
  };
}

function finishAnswer(transforms: StageTransforms): Step<Job> {
  return (job) => {
    // An answer of nothing but tool calls has no text to change.
    if (job.said === '' && job.toolCalls !== null) return;
    if (job.held) job.rewrite(flowThrough(transforms.start(), job.text));
    else job.endShape();
    transforms.note(job.said, job.text);
  };
}

import { OrchestratorError } from '../../core/errors.ts';
import { lastUserText, type PromptRequest, ROUTE_FIELDS } from '../../core/request.ts';
import { classify, PROMPT_CLASSES, type PromptClass } from './prompt-class.ts';

/** One named pipeline: the providers that answer prompts of its class. */
export interface PipelineSettings {
  readonly name: string;
  readonly class: PromptClass;
  /** Other classes that it takes where they have no pipeline of their own. */
  readonly alsoServing: readonly PromptClass[];
  /** Names of providers. */
  readonly providers: readonly string[];
}

export interface PipelinePicture {
  readonly class: PromptClass;
  readonly routed: number;
  /** Of those: nobody could be asked. */
  readonly unserved: number;
  /** Exponential moving average of what answers took, milliseconds; 0 without any. */
  readonly ema_latency_ms: number;
}

interface Stats {
  routed: number;
  unserved: number;
  emaMs: number;
}

/** Share of the latest latency in the average (the document's α). */
const ALPHA = 0.2;

/** Routes a prompt by what it asks for: its class's pipeline, else the first that also serves the class, else the first. */
export class Pipelines {
  private readonly all: readonly PipelineSettings[];
  private readonly stats: ReadonlyMap<string, Stats>;

  /** At least one. */
  constructor(all: readonly PipelineSettings[]) {
    this.all = all;
    this.stats = new Map(all.map(({ name }) => [name, { routed: 0, unserved: 0, emaMs: 0 }]));
  }

  /** Throws `request_invalid` when its metadata names a class or pipeline that does not exist. */
  route(request: PromptRequest): PipelineSettings {
    const pipeline = this.find(request);
    this.stats.get(pipeline.name)!.routed++;
    return pipeline;
  }

  private find({ metadata, messages }: PromptRequest): PipelineSettings {
    const name = metadata?.[ROUTE_FIELDS.pipeline];
    if (name !== undefined) {
      const named = this.all.find((one) => one.name === name);
      if (named !== undefined) return named;
      throw unknown(ROUTE_FIELDS.pipeline, name, [...this.stats.keys()]);
    }
    const said = metadata?.[ROUTE_FIELDS.class];
    if (said !== undefined && !isClass(said)) throw unknown(ROUTE_FIELDS.class, said, PROMPT_CLASSES);
    const wanted = said ?? classify(lastUserText(messages));
    return (
      this.all.find((one) => one.class === wanted) ??
      this.all.find(({ alsoServing }) => alsoServing.includes(wanted)) ??
      this.all[0]!
    );
  }

  /** A call that went this way has ended. */
  ended(name: string, ms: number, answered: boolean, served: boolean): void {
    const stats = this.stats.get(name)!;
    if (!served) stats.unserved++;
    if (answered) stats.emaMs = stats.emaMs === 0 ? ms : stats.emaMs + ALPHA * (ms - stats.emaMs);
  }

  picture(): Readonly<Record<string, PipelinePicture>> {
    return Object.fromEntries(
      this.all.map(({ name, class: kind }) => {
        const { routed, unserved, emaMs } = this.stats.get(name)!;
        return [name, { class: kind, routed, unserved, ema_latency_ms: Math.round(emaMs * 10) / 10 }];
      }),
    );
  }
}

const isClass = (text: string): text is PromptClass => PROMPT_CLASSES.some((one) => one === text);

function unknown(field: string, value: string, known: readonly string[]): OrchestratorError {
  return new OrchestratorError(
    'request_invalid',
    `metadata.${field}: there is no ${JSON.stringify(value)}; there are ${known.join(', ')}.`,
    { param: `metadata.${field}` },
  );
}

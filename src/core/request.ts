import type { NativeFields, NativeRequest } from './native.ts';
import type { Priority } from './priority.ts';

export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

/** A piece of a message's content. Parts other than text are handed to the provider as they came. */
export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: string; readonly [field: string]: unknown };

export interface Message {
  readonly role: Role;
  readonly content: string | readonly ContentPart[];
  /** Of an assistant message: the functions that the model called. */
  readonly tool_calls?: readonly ToolCall[];
  /** Of a tool message: the call that this is the result of. */
  readonly tool_call_id?: string;
  /**
   * Present on a message that retrieval put in, and only there: the files its text was taken from. Whoever wrote them is
   * not the caller, so the text is untrusted: to be scanned like a prompt, never to be followed like one.
   */
  readonly citations?: readonly Citation[];
  /** What the caller's dialect says of the message beyond this; as in `Parameters.native`. */
  readonly extra?: NativeFields;
}

/** Where a passage of context was taken from. */
export interface Citation {
  /** As the pattern that found the file has it: relative to the working directory, or absolute. */
  readonly path: string;
  /** Counted from 1. */
  readonly first_line: number;
  readonly last_line: number;
}

/** A function that the model called. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as JSON text, as the model wrote them: it may have written them wrong. */
  readonly arguments: string;
}

/** A function the model may call; `parameters` is a JSON Schema. */
export interface Tool {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What the caller's dialect says of the tool beyond this; as in `Parameters.native`. */
  readonly extra?: NativeFields;
}

/** Sampling parameters; what is absent is the provider's default. */
export interface Parameters {
  /** Upper bound of the answer, in tokens. */
  readonly max_tokens?: number;
  /** 0 (always the likeliest token) to 2. */
  readonly temperature?: number;
  /** Sample from the likeliest tokens that have this much probability together, 0…1. */
  readonly top_p?: number;
  /** Sample from so many likeliest tokens. */
  readonly top_k?: number;
  /** The answer ends before any of these texts. */
  readonly stop?: readonly string[];
  readonly seed?: number;
  /** -2…2 */
  readonly presence_penalty?: number;
  /** -2…2 */
  readonly frequency_penalty?: number;
  readonly tool_choice?: ToolChoice;
  /** False: one tool call at a time. */
  readonly parallel_tool_calls?: boolean;
  /** What the caller said in its own dialect; absent where a request did not come in one. */
  readonly native?: NativeRequest;
}

/** Whether the model may, may not or must call tools, or which one it must call. */
export type ToolChoice = 'auto' | 'none' | 'required' | { readonly name: string };

/** One request, as every surface builds it. Chat-native: a plain prompt is one user message. Plain data, so it can be stored whole. */
export interface PromptRequest {
  /** Unique; matches `^[A-Za-z0-9_-]{1,64}$`. */
  readonly id: string;
  readonly messages: readonly Message[];
  readonly model?: string;
  readonly parameters?: Parameters;
  readonly tools?: readonly Tool[];
  readonly session?: string;
  /** Default `normal`. */
  readonly priority?: Priority;
  /** Milliseconds from acceptance after which the answer is worthless; 0 has already expired. */
  readonly deadline_ms?: number;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Whose data this is: nothing is ever shared between tenants. */
  readonly tenant?: string;
  /** True: a call of its own, whatever answers are there, and its answer is nobody else's. */
  readonly no_cache?: boolean;
}

/** Metadata with which a request says which pipeline is to answer it, or what class of prompt it is. */
export const ROUTE_FIELDS = { pipeline: 'pipeline', class: 'pipeline_class' } as const;

/** Where a request is to go: it may shape the answer. Null for most. */
export function routeOf({ metadata }: PromptRequest): readonly [string | null, string | null] | null {
  if (metadata === undefined) return null;
  const { [ROUTE_FIELDS.pipeline]: pipeline = null, [ROUTE_FIELDS.class]: kind = null } = metadata;
  return pipeline === null && kind === null ? null : [pipeline, kind];
}

/** The text of one message: its text parts joined. */
export function messageText(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  let text = '';
  for (const part of message.content) if (part.type === 'text' && typeof part.text === 'string') text += part.text;
  return text;
}

/** The text of the last user message, or `''` when there is none. */
export function lastUserText(messages: readonly Message[]): string {
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at]!;
    if (message.role === 'user') return messageText(message);
  }
  return '';
}

/** Whether nothing is said at all: no text but white space, no other part, no call. Such a request is refused everywhere. */
export const isBlank = (messages: readonly Message[]): boolean => messages.every(saysNothing);

function saysNothing({ content, tool_calls }: Message): boolean {
  if (tool_calls !== undefined && tool_calls.length > 0) return false;
  if (typeof content === 'string') return !/\S/.test(content);
  return content.every(({ type, text }) => type === 'text' && !/\S/.test(typeof text === 'string' ? text : ''));
}

/** What such a request is told. */
export const BLANK = 'must not be empty';

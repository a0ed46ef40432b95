import { canonicalJson } from '../core/canonical-json.ts';
import { type Message, type Parameters, type PromptRequest, routeOf, type Tool } from '../core/request.ts';

/** What a request asks, as it reaches the provider. */
export interface Question {
  readonly request: PromptRequest;
  /** As assembled: templates, history and system prompt are in them. */
  readonly messages: readonly Message[];
  /** Those of the configuration included. */
  readonly parameters: Parameters;
  readonly tools: readonly Tool[];
}

/** No prompt that stands for itself begins with it. (`startsWith` takes ten times as long as a look at one character.) */
const MARK = '\0';
const isMarked = (text: string): boolean => text.charCodeAt(0) === 0;

/**
 * What two requests have in common exactly when an answer to one is an answer to the other: tenant, requested model,
 * parameters, tools, messages, and the pipeline or class that it asks for. Left out on purpose: id, session, priority,
 * deadline, other metadata (where one of them shapes the answer, it has shaped the messages), and the provider, as that is chosen later. The configuration isn't in it
 * either: an engine that takes over another one starts with an empty store.
 *
 * The key is the text itself and no digest of it, so nothing collides; a request that is a single plain prompt is its own
 * key, which costs nothing to make and lets V8 hash the string once.
 */
export function keyOf(question: Question): string {
  return plainPrompt(question) ?? keyOfParts(question, question.messages);
}

/** The last user message, and everything else that shapes the answer. */
export interface SplitKey {
  readonly scope: string;
  readonly text: string;
}

/** A question and its key taken apart; null when the last user message is not a text. */
export function splitKey(question: Question, key: string): SplitKey | null {
  if (!isMarked(key)) return { scope: '', text: key };
  const { messages } = question;
  const at = messages.findLastIndex(({ role }) => role === 'user');
  const last = messages[at];
  if (last === undefined || typeof last.content !== 'string') return null;
  const others = messages.with(at, { ...last, content: '' });
  return { scope: keyOfParts(question, others), text: last.content };
}

function keyOfParts({ request, parameters, tools }: Question, messages: readonly Message[]): string {
  const { tenant = null, model = null } = request;
  const route = routeOf(request);
  const parts = [tenant, model, parameters, tools, messages];
  return MARK + canonicalJson(route === null ? parts : [...parts, route]);
}

/** The prompt of a request that has nothing else that shapes its answer. */
function plainPrompt({ request, messages, parameters, tools }: Question): string | null {
  if (messages.length !== 1 || request.model !== undefined || request.tenant !== undefined || tools.length > 0)
    return null;
  if (routeOf(request) !== null) return null;
  const { role, content, tool_calls, tool_call_id } = messages[0]!;
  if (role !== 'user' || typeof content !== 'string' || tool_calls !== undefined || tool_call_id !== undefined)
    return null;
  for (const _ in parameters) return null;
  return isMarked(content) ? null : content;
}

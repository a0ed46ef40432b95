/** What kind of work a prompt asks for (the document's `PromptClass`). */
export const PROMPT_CLASSES = ['code', 'reasoning', 'document', 'batch', 'faq', 'general'] as const;

export type PromptClass = (typeof PROMPT_CLASSES)[number];

/** A prompt that is longer, in characters, brings its material with it. */
const DOCUMENT_LENGTH = 4000;
/** A question that is longer is no frequently asked one. */
const FAQ_LENGTH = 160;
/** So many items of a list are a batch. */
const BATCH_ITEMS = 5;
/** How much of a prompt is looked at. */
const LOOKED_AT = 20_000;

const FENCE = /```/;
const CODE_LINE =
  /^\s*(?:#include\s*<|(?:pub\s+)?fn \w+\s*[(<]|def \w+\(|(?:async )?function\b.*\{|(?:public|private|static) .*[({]|import [\w{*].*(?:from|;)|SELECT\b.+\bFROM\b|class \w+.*[{:])/im;
const CODE_REQUEST =
  /\b(?:write|fix|refactor|debug|implement|review|optimi[sz]e|port)\b.{0,60}\b(?:function|method|class|code|script|program|query|regex|test|tests|api|endpoint|bug|algorithm)\b|\b(?:stack ?trace|compiler? error|segfault|unit tests?)\b/is;
const BATCH_REQUEST =
  /\b(?:for each (?:of|line|item|row)|each of the following|all of the following|batch of|in bulk)\b/i;
const LIST_ITEM = /^\s*(?:[-*•]|\d+[.)])\s+\S/gm;
const DOCUMENT_REQUEST =
  /\b(?:summari[sz]e|proofread|translate|extract|paraphrase)\b.{0,60}\b(?:document|article|text|report|paper|contract|transcript|chapter|email|pdf)\b/is;
const REASONING =
  /\bstep[- ]by[- ]step\b|\b(?:prove|derive|deduce|reason (?:about|through)|think through|explain why|justify|trade-?offs?|pros and cons|what would happen if|analy[sz]e|evaluate|compare)\b/i;
const QUESTION =
  /^(?:what|who|whom|whose|when|where|which|how|is|are|was|were|do|does|did|can|could|should|will|has|have)\b/i;

/**
 * The class of a prompt, by its outward signs; the first that fits, in the order of how sure they are. No model is asked:
 * it takes a few microseconds.
 */
export function classify(prompt: string): PromptClass {
  const text = prompt.slice(0, LOOKED_AT).trim();
  if (FENCE.test(text) || CODE_LINE.test(text) || CODE_REQUEST.test(text)) return 'code';
  if (BATCH_REQUEST.test(text) || (text.match(LIST_ITEM)?.length ?? 0) >= BATCH_ITEMS) return 'batch';
  if (prompt.length > DOCUMENT_LENGTH || DOCUMENT_REQUEST.test(text)) return 'document';
  if (REASONING.test(text)) return 'reasoning';
  if (text.length <= FAQ_LENGTH && (text.endsWith('?') || QUESTION.test(text))) return 'faq';
  return 'general';
}

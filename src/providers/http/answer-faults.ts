import { OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import { Complained, Misshapen } from './dialect.ts';
import { redact } from './redact.ts';
import { type Complainer, complaintIn, upstreamError } from './upstream-error.ts';

/** An error that the upstream put into its answer, or one of ours. */
export function faultOf(thrown: unknown, who: Complainer, spoke: boolean): OrchestratorError {
  if (thrown instanceof Misshapen) {
    return new OrchestratorError(
      'provider_protocol',
      `Provider ${who.name} sent an answer of another form: ${thrown.message}.`,
    );
  }
  // Its message would quote what was sent.
  if (thrown instanceof SyntaxError) {
    return new OrchestratorError(
      'provider_protocol',
      `Provider ${who.name} sent a piece of its answer that is not JSON.`,
    );
  }
  if (!(thrown instanceof Complained)) return toOrchestratorError(thrown);
  const complaint = complaintIn(thrown.document, null) ?? { status: null, words: [], message: '' };
  const error = upstreamError(complaint, who);
  if (!spoke) return error;
  // What the provider said seldom ends like a sentence.
  const message = error.message.replace(/[^.!?]$/, '$&.');
  return new OrchestratorError('upstream_midstream', `${message} This came within its answer (${error.code}).`, {
    cause: error,
  });
}

/** How an event stream begins. */
const EVENT_STREAM = /^\s*(?:data|event|id|retry)?:/;

/** A body that should have been a stream and is an error in JSON, or a page; null when it began as a stream. */
export function strayDocument(head: string, who: Complainer): OrchestratorError | null {
  if (head.trim() === '' || EVENT_STREAM.test(head)) return null;
  const complaint = complaintIn(parsed(head), null);
  if (complaint !== null) return upstreamError(complaint, who);
  return notAnAnswer(who, 'answered with something that is no event stream', head);
}

export function redirected(status: number, location: string | undefined, who: Complainer): OrchestratorError {
  const shown = redact(location ?? 'nowhere', who.key);
  return new OrchestratorError(
    'provider_protocol',
    `Provider ${who.name} answered with a redirect (${status}) to ${shown}. Redirects are not followed: if that is the right address, write it into base_url.`,
  );
}

export const incomplete = (who: Complainer): OrchestratorError =>
  new OrchestratorError(
    'provider_incomplete',
    `Provider ${who.name} ended its answer without saying that it was over.`,
  );

export function notAnAnswer(who: Complainer, what: string, text: string): OrchestratorError {
  const shown = redact(plainText(text), who.key).slice(0, 120);
  return new OrchestratorError(
    'provider_protocol',
    `Provider ${who.name} ${what}: ${shown === '' ? '(empty)' : shown}`,
  );
}

/** Text of a page or of plain text; a whole document of JSON says nothing to people. */
export const plainText = (text: string): string =>
  text
    .replace(/<(script|style)[\s\S]*?(?:<\/\1>|$)/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .trim();

/** JSON, or undefined for what is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { z } from 'zod';
import { OrchestratorError } from '../../core/errors.ts';
import type { PromptRequest } from '../../core/request.ts';
import { answerOf, errorOf } from '../answer.ts';
import { errorBody } from '../error-reply.ts';
import {
  deadlineField,
  type HeaderSettings,
  idField,
  inferRequest,
  metadataField,
  priorityField,
  sessionField,
} from '../request-body.ts';
import { seen } from '../routes/infer.ts';
import { UNTIL_ENDED_MS } from '../submissions.ts';
import { type ToolCallContext, type ToolService, tool } from './tool.ts';

/** Between two reports of one answer, characters: a client needs no report for each token. */
const REPORT_EVERY = 200;
const CONCURRENCY = 4;

const answer = z.looseObject({ request_id: z.string(), status: z.string() });

const infer = z.strictObject({
  prompt: z.string().min(1).describe('What to ask.'),
  model: z.string().min(1).max(256).optional().describe("Model to ask; the provider's usual one without it."),
  session_id: sessionField.optional().describe('Conversation that the prompt belongs to.'),
  priority: priorityField.optional(),
  deadline_secs: deadlineField.optional().describe('Seconds after which the answer is worthless.'),
  metadata: metadataField.optional(),
  wait: z.boolean().default(true).describe('False: return at once; `get_result` has the answer later.'),
});

const batch = z.strictObject({
  prompts: z.array(z.string().min(1)).min(1).max(100),
  model: z.string().min(1).max(256).optional(),
  session_id: sessionField.optional(),
  max_concurrency: z.int().min(1).max(16).default(CONCURRENCY).describe('Prompts in flight at once.'),
});

export const inferTools = [
  tool({
    name: 'infer',
    title: 'Ask a model',
    description: 'Sends a prompt through the pipeline and returns the answer, with provider, model, usage and times.',
    input: infer,
    output: answer,
    readOnly: false,
    async run(service, { prompt, wait, ...rest }, context) {
      const request = inferRequest(service.ids(), { prompt, ...rest }, settingsOf(service));
      if (wait)
        return answered(service, request, context, (text) => context.progress(text.length, null, text.slice(-80)));
      await service.submissions.accept(request);
      return { request_id: request.id, session_id: request.session ?? null, status: 'processing' };
    },
  }),
  tool({
    name: 'batch_infer',
    title: 'Ask a model many things',
    description: 'Sends up to 100 prompts, and returns their answers in the same order; each has its own status.',
    input: batch,
    output: z.looseObject({ total: z.number(), completed: z.number(), failed: z.number(), results: z.array(answer) }),
    readOnly: false,
    async run(service, { prompts, max_concurrency, ...rest }, context) {
      const results: object[] = new Array(prompts.length);
      let completed = 0;
      let ended = 0;
      const rests = prompts.entries();
      const worker = async (): Promise<void> => {
        for (const [index, prompt] of rests) {
          if (context.signal.aborted) return;
          const request = inferRequest(service.ids(), { prompt, ...rest }, settingsOf(service));
          try {
            results[index] = { index, ...(await answered(service, request, context)) };
            completed++;
          } catch (thrown) {
            if (!(thrown instanceof OrchestratorError)) throw thrown;
            results[index] = { index, request_id: request.id, status: 'failed', ...errorBody(thrown, request.id) };
          }
          context.progress(++ended, prompts.length, `${ended} of ${prompts.length} answered`);
        }
      };
      await Promise.all(Array.from({ length: max_concurrency }, worker));
      return { total: prompts.length, completed, failed: prompts.length - completed, results };
    },
  }),
  tool({
    name: 'get_result',
    title: 'Fetch an answer',
    description: 'The outcome of a request that was sent with `wait: false`, or through the web API.',
    input: z.strictObject({
      request_id: idField,
      timeout_secs: z.number().min(0).max(600).default(30).describe('How long to wait for it.'),
    }),
    output: answer,
    readOnly: true,
    async run(service, { request_id, timeout_secs }) {
      const { submissions } = service;
      await seen(service, service.visitor, request_id);
      const outcome = await submissions.outcome(request_id, timeout_secs * 1000);
      if (outcome === undefined) throw unknownRequest(request_id);
      if (outcome === 'open') return { request_id, status: 'processing' };
      const error = errorOf(outcome);
      if (error !== null) throw error;
      return { status: outcome.status, ...answerOf(outcome) };
    },
  }),
  tool({
    name: 'cancel_request',
    title: 'Take a request back',
    description: 'Cancels a request that is on its way; its provider is told at once.',
    input: z.strictObject({ request_id: idField }),
    output: z.strictObject({ request_id: z.string(), cancelled: z.boolean() }),
    readOnly: false,
    async run(service, { request_id }) {
      await seen(service, service.visitor, request_id);
      const handle = service.submissions.handle(request_id);
      handle?.cancel();
      return { request_id, cancelled: handle !== undefined };
    },
  }),
];

const settingsOf = ({ visitor: { tenant } }: ToolService): HeaderSettings => (tenant === undefined ? {} : { tenant });

/** Asks, and resolves with the answer. Throws what went wrong. Taken back when the caller takes its call back. */
async function answered(
  service: ToolService,
  request: PromptRequest,
  { signal }: ToolCallContext,
  report?: (text: string) => void,
) {
  const { submissions } = service;
  await submissions.accept(request, undefined, { streams: report !== undefined });
  const handle = submissions.handle(request.id);
  const onAbort = (): void => handle?.cancel();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    if (handle !== undefined && report !== undefined) await follow(handle, report);
    const outcome = await submissions.outcome(request.id, UNTIL_ENDED_MS);
    if (outcome === undefined || outcome === 'open') throw unknownRequest(request.id);
    const error = errorOf(outcome);
    if (error !== null) throw error;
    return { status: outcome.status, ...answerOf(outcome) };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function follow(pieces: AsyncIterable<string>, report: (text: string) => void): Promise<void> {
  let text = '';
  let told = 0;
  for await (const piece of pieces) {
    text += piece;
    if (told > 0 && text.length - told < REPORT_EVERY) continue;
    told = text.length;
    report(text);
  }
}

const unknownRequest = (id: string): OrchestratorError =>
  new OrchestratorError('not_found', `No request ${id} was accepted here, or its outcome is not kept any more.`);

import type { Step } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import type { Message } from '../core/request.ts';

/**
 * The second stage: messages as the provider gets them. A system prompt is put first unless the request brings its
 * own. Null when nothing is configured: the stage then adds nothing.
 */
export function createAssemble(system: string | undefined): Step<Job> | null {
  if (system === undefined || system === '') return null;
  const instruction: Message = { role: 'system', content: system };
  return (job) => {
    job.messages = instructed(job.messages, instruction);
  };
}

/** Messages with a system prompt in front, unless they bring their own. */
export function instructed(messages: readonly Message[], instruction: Message): readonly Message[] {
  const brought = messages.some(({ role }) => role === 'system' || role === 'developer');
  return brought ? messages : [instruction, ...messages];
}

import { configFromValues } from '../../src/config/from-values.ts';
import type { Environment } from '../../src/core/environment.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import { engineSections } from '../../src/sections.ts';
import type { CommandContext } from '../command.ts';
import { hostEngine } from '../shared/host.ts';

const TEST_DEADLINE_MS = 30_000;

/**
 * Asks the chosen provider one short question, through the engine; resolves with the verdict. Throws what went wrong,
 * as any other request would.
 */
export async function testCall(context: CommandContext, values: object, environment: Environment): Promise<string> {
  const host = await hostEngine({ ...context, environment }, configFromValues(engineSections, values), false);
  try {
    const begun = context.clock.now();
    const outcome = await host.engine.submit({
      id: host.ids(),
      messages: [{ role: 'user', content: 'Reply with one word: ready' }],
      parameters: { max_tokens: 16 },
      deadline_ms: TEST_DEADLINE_MS,
    });
    const { status, error, text, provider, model } = outcome;
    if (status !== 'completed') {
      throw new OrchestratorError(error?.code ?? 'internal', error?.message ?? `the request was ${status}`);
    }
    const ms = Math.round(context.clock.now() - begun);
    return `${provider}/${model} answered in ${ms} ms: ${safeLine(text, 60)}`;
  } finally {
    await host.close();
  }
}

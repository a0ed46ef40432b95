import { OrchestratorError } from '../../src/core/errors.ts';
import { explainLines } from '../shared/explain.ts';
import type { SlashCommand } from './slash.ts';

/** `/explain [id]`: why a request went where it went; without an id, the latest. */
export const explainCommand: SlashCommand = {
  name: 'explain',
  arguments: '[id]',
  summary: 'tell why a request, the latest, went where it did',
  run(repl, argument) {
    const id = argument === '' ? repl.latest : argument;
    if (id === null) throw new OrchestratorError('usage', 'There is nothing to explain yet.');
    const story = repl.host.engine.explain(id);
    if (story === null) throw new OrchestratorError('usage', `Nothing is known of a request ${id}.`);
    repl.say(explainLines(story).join('\n'));
  },
};

import type { Outcome } from '../../../src/core/outcome.ts';
import { createEngine } from '../../../src/engine.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { configWith } from './engine.ts';
import { show } from './show.ts';
import type { Results, Task } from './task.ts';

/** So many identical prompts in one go, while the provider takes its time. */
export async function measureHerd({ requests }: Extract<Task, { kind: 'herd' }>): Promise<Results['herd']> {
  let calls = 0;
  const { promise: allSent, resolve: answer } = Promise.withResolvers<void>();
  const provider: Provider = {
    name: 'echo',
    kind: 'slow',
    model: 'slow',
    async run(attempt) {
      calls++;
      attempt.emit('forty-');
      await allSent;
      attempt.emit('two');
    },
  };
  const engine = createEngine(configWith('calls'), { provider });
  const startedAt = performance.now();
  const handles = Array.from({ length: requests }, (_, i) =>
    engine.submit({ id: `herd-${i}`, messages: [{ role: 'user', content: 'What is six times seven?' }] }),
  );
  answer();
  const outcomes: readonly Outcome[] = await Promise.all(handles);
  const ms = performance.now() - startedAt;
  await show(engine);
  return { calls, answered: outcomes.filter(({ text }) => text === 'forty-two').length, ms };
}

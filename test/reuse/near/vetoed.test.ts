import { expect, test } from 'vitest';
import { configFromValues } from '../../../src/config/from-values.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import { createEngine } from '../../../src/engine.ts';
import { engineSections } from '../../../src/sections.ts';

test('a question that is nearly a known one, and means something else, leaves that one its answer', () => {
  const engine = createEngine(configFromValues(engineSections, { guard: { enabled: false }, semantic_dedup: {} }));
  const ask = (content: string): Outcome | undefined => {
    let outcome: Outcome | undefined;
    engine.submitWith({ id: 'r', messages: [{ role: 'user', content }] }, null, (ended) => {
      outcome = ended;
    });
    return outcome;
  };
  const one = 'How long does the night train from Paris to London take on a Sunday in winter?';
  const other = 'How long does the night train from London to Paris take on a Sunday in winter?';
  for (const question of [one, other, one, other]) expect(ask(question)?.text).toBe(question);
  for (const question of [one, other]) expect(ask(question)).toMatchObject({ text: question, source: 'cache' });
});

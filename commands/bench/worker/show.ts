import type { Engine } from '../../../src/engine.ts';

/**
 * Sends a picture of the engine to the process that measures, where somebody watches, and waits until it is on its way:
 * to be called between what is measured, never within.
 */
export async function show(engine: Pick<Engine, 'snapshot'> | undefined): Promise<void> {
  if (engine === undefined || process.send === undefined) return;
  // A watcher that is gone is no reason not to measure.
  await new Promise((resolve) => process.send!(engine.snapshot(), resolve));
}

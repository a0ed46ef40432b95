import { describe, expect, test } from 'vitest';
import { controlModel } from '../../tui/views/control/model.ts';
import { AT, BUSY, FULL } from './pictures.ts';

describe('what the engine changed by itself', () => {
  test('newest first, each with before, after, reason, and whether it was kept', () => {
    const told = controlModel(FULL).changes.map(({ at, what, before, after, fate }) => [
      ...[(AT - at) / 1000, what, `${before} → ${after}`, fate],
    ]);
    expect(told).toEqual([
      [5, 'workers', '32 → 64', 'kept'],
      [8, 'plugin custom', 'on → off', 'kept'],
      [8.5, 'breaker of openai', 'half-open → open', 'kept'],
      [9, 'breaker of openai', 'open → half-open', 'rolled back'],
      [12, 'breaker of openai', 'closed → open', 'changed'],
      [30, 'workers', '48 → 32', 'changed'],
      [40, 'workers', '32 → 48', 'changed'],
    ]);
    expect(controlModel(FULL).changes.map(({ reason }) => reason)).toContain('queue 92 % full on average');
  });

  test('a breaker that closed again is as it was before it opened', () => {
    const entry = (ago: number, event: string) => ({
      ...{ at: AT - ago, level: 'info' as const, event, fields: { provider: 'local' } },
    });
    const log = [entry(3, 'breaker opened'), entry(2, 'breaker half-open'), entry(1, 'breaker closed')];
    expect(controlModel({ ...BUSY, log }).changes.map(({ fate }) => fate)).toEqual(['kept', 'changed', 'rolled back']);
  });

  test('where nothing adjusts itself there is no pool and no change', () => {
    expect(controlModel(BUSY)).toMatchObject({ workers: 64, busy: 64, waiting: 390, pool: null, changes: [] });
  });
});

import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { MOST_BYTES, Recorder } from '../../tui/recorder.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { BUSY, FULL, IDLE, scriptedSource } from './pictures.ts';

const MINUTE = 60_000;
const FRAME_MS = 100;

/** Ten pictures a second, and the turns in which pieces are packed. */
async function film(frames: number, pictureOf: (frame: number) => Snapshot, mostBytes?: number) {
  const clock = new ManualClock();
  const source = scriptedSource(pictureOf(0));
  const recorder = new Recorder(clock, source, mostBytes);
  let most = 0;
  for (let frame = 1; frame < frames; frame++) {
    clock.advance(FRAME_MS);
    source.show(pictureOf(frame));
    most = Math.max(most, recorder.bytes);
    if (frame % 5 === 0) await nextTurn();
  }
  return { clock, source, recorder, most };
}

/** What a second of traffic changes: counters each time, the histories once a second. */
function traffic(frame: number): Snapshot {
  const second = Math.floor(frame / 10);
  const history = Array.from({ length: 60 }, (_, at) => Math.round(1000 * Math.abs(Math.sin((second + at) / 7))) / 10);
  const stages = Object.fromEntries(
    Object.entries(FULL.stages).map(([name, stage]) => [
      name,
      { ...stage, depth: (frame * 7) % 500, busy: frame % 64, done: frame * 15, p95_ms: (frame % 97) / 10, history },
    ]),
  ) as unknown as Snapshot['stages'];
  return {
    ...FULL,
    at: FULL.at + frame * FRAME_MS,
    uptime_ms: FULL.uptime_ms + frame * FRAME_MS,
    totals: { ...FULL.totals, submitted: frame * 15, completed: frame * 15 - 4 },
    throughput: { per_s: frame % 200, history },
    stages,
  };
}

const random = seededRandom(3);
const noise = (): number => Math.round(random() * 1e9) / 1000;

/** Sixty-four providers, every number of which changes each time, and a log of two hundred entries that are all new. */
function storm(frame: number): Snapshot {
  const provider = { ...BUSY.providers['openai']!, calls: 0 };
  const providers = Object.fromEntries(
    Array.from({ length: 64 }, (_, at) => [
      `provider-${at}`,
      { ...provider, calls: noise(), ok: noise(), p50_ms: noise(), p95_ms: noise(), tokens_per_s: noise() },
    ]),
  );
  const log = Array.from({ length: 200 }, (_, at) => ({
    ...{ at: frame, level: 'warn' as const, event: `event ${noise()}` },
    fields: { request: `req-${noise()}`, message: `${at} ${noise()} ${noise()}` },
  }));
  const history = Array.from({ length: 60 }, noise);
  return { ...traffic(frame), providers, log, throughput: { per_s: noise(), history } };
}

describe('what can be gone back to', () => {
  test('every picture as it was, to the field', async () => {
    const { recorder } = await film(300, traffic);
    for (const frame of [0, 1, 49, 50, 51, 123, 299]) {
      expect(recorder.at(frame * FRAME_MS)).toEqual({ snapshot: traffic(frame), at: frame * FRAME_MS });
    }
  });

  test('a wall clock that is set, forward or back, changes nothing of it', async () => {
    const clock = new ManualClock();
    const source = scriptedSource(traffic(0));
    const recorder = new Recorder(clock, source);
    for (const [frame, hours] of [
      [1, -3],
      [2, 26],
      [3, 0],
    ] as const) {
      clock.setWallBy(hours * 60 * MINUTE);
      clock.advance(FRAME_MS);
      source.show(traffic(frame));
    }
    expect([50, 150, 250, 350].map((time) => recorder.at(time)!.snapshot)).toEqual([0, 1, 2, 3].map(traffic));
    expect(recorder.pictures).toBe(4);
  });

  test('between two pictures the earlier one; before all of them the oldest', async () => {
    const { recorder, clock } = await film(20, traffic);
    expect(recorder.at(1270)!.at).toBe(1200);
    expect(recorder.at(-5)!.at).toBe(0);
    clock.advance(10_000);
    expect(recorder.at(clock.now())!.at).toBe(1900);
  });

  test('an engine at rest takes no room: the same picture is kept once', async () => {
    const { recorder } = await film(500, () => IDLE);
    expect(recorder.pictures).toBe(1);
  });

  test('fifteen minutes, and not more', async () => {
    const { recorder, clock, most } = await film(10_000, traffic);
    const oldest = recorder.at(0)!;
    expect(clock.now() - oldest.at).toBeGreaterThanOrEqual(15 * MINUTE - FRAME_MS);
    expect(clock.now() - oldest.at).toBeLessThan(15 * MINUTE + 50 * FRAME_MS + 1000);
    expect(oldest.snapshot).toEqual(traffic(oldest.at / FRAME_MS));
    expect(most).toBeLessThan(MOST_BYTES / 4);
  });

  test('pictures that stop are not recorded', () => {
    const source = scriptedSource(IDLE);
    const recorder = new Recorder(new ManualClock(), source);
    recorder.stop();
    source.show(BUSY);
    expect(recorder.pictures).toBe(1);
  });
});

describe('the bound', () => {
  test('holds whatever comes: the oldest go, the latest stay', async () => {
    const bound = 2 * 1024 * 1024;
    const { recorder, most, clock } = await film(600, storm, bound);
    expect(most).toBeLessThanOrEqual(bound);
    expect(recorder.at(clock.now())!.at).toBe(clock.now());
    expect(recorder.pictures).toBeGreaterThan(10);
    expect(recorder.at(0)!.at).toBeGreaterThan(0);
  });

  test('what is laid open to look at counts, too', async () => {
    const { recorder } = await film(120, storm);
    const { bytes } = recorder;
    recorder.at(0);
    expect(recorder.bytes).toBeGreaterThan(bytes);
  });
});

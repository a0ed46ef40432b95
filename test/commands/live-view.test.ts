import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LiveBlock } from '../../commands/shared/live-block.ts';
import { LiveView } from '../../commands/shared/live-view.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { Terminal } from '../support/pty.ts';
import { Workplace } from '../support/terminal.ts';
import { BUSY, IDLE } from '../tui/pictures.ts';

const TIME = { timeout: 60_000 };
const UP = (rows: number): string => `\u001b[${rows}F`;

function paper(columns = 80) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns, rows: 24 });
  return {
    stream,
    /** What was written since the last look. */
    read: (): string => String(stream.read() ?? ''),
  };
}

const line = (text: string) => ({ text, width: text.length });

describe('lines in place', () => {
  test('are drawn over the ones before, and messages stand above them', () => {
    const { stream, read } = paper();
    const block = new LiveBlock(stream);
    block.draw([line('one'), line('two')]);
    expect(read()).not.toContain(UP(2));
    block.draw([line('three')]);
    expect(read()).toContain(`${UP(2)}three`);
    block.above('a message\n');
    expect(read()).toMatch(/\u001b\[1F\u001b\[Ja message\nthree\n/);
    block.clear();
    expect(read()).toBe(`${UP(1)}\u001b[J`);
    block.clear();
    expect(read()).toBe('');
  });

  test('that a narrower window has folded are counted as rows', () => {
    const { stream, read } = paper(80);
    const block = new LiveBlock(stream);
    block.draw([line('x'.repeat(79)), line('short')]);
    read();
    stream.columns = 30;
    block.draw([line('y')]);
    expect(read()).toContain(UP(4));
  });

  test('leave the cursor as it is', () => {
    const { stream, read } = paper();
    const block = new LiveBlock(stream);
    block.draw([line('one')]);
    block.clear();
    expect(read()).not.toContain('\u001b[?25');
  });
});

describe('the live view', () => {
  function liveView(whole: 'percent' | 'number', total: number | null) {
    const { stream, read } = paper();
    const clock = new ManualClock();
    let snapshot: Snapshot = BUSY;
    const context = { stderr: stream, clock, environment: { NO_COLOR: '1' } } as never;
    const view = new LiveView(
      context,
      { snapshot: () => snapshot },
      { total, words: ['ok', 'bad'], whole, engine: null },
    );
    return {
      ...{ view, clock, read },
      show(next: Snapshot): void {
        snapshot = next;
      },
    };
  }

  test('is how far the work has come, and the panels in short', () => {
    const { view, clock, read } = liveView('percent', 200);
    view.update({ done: 50, total: 200, counts: { ok: 3, bad: 1 } });
    clock.advance(2000);
    const drawn = read();
    expect(drawn).toContain('[#####---------------] 25% ok:3 bad:1 0s eta');
    expect(drawn).toContain('inference 390+64');
    expect(drawn).toContain('anthropic ● 16.0k ok');
    clock.advance(1000);
    // Neither the work nor the engine has gone on, but time has.
    const later = read();
    expect(later).toContain('ok:3 bad:1 3s eta');
    expect(later).toContain('○ open 40s');
    expect(later.split('25%').length - 1).toBeLessThan(6);
  });

  test('says what is waited for, and until when', () => {
    const { clock, read, show } = liveView('number', 10);
    const routing = { policy: 'single', routed: 9, failovers: 0, unserved: 0, waited: 4, waiting: 4 };
    show({ ...IDLE, routing: { ...routing, outage: { provider: 'api', next_try_ms: 41_500, gives_up_ms: 418_000 } } });
    clock.advance(100);
    expect(read()).toContain('waiting for api: tried again in 42s, given up in 6m58s');
    show({ ...IDLE, routing: { ...routing, outage: { provider: 'api', next_try_ms: null, gives_up_ms: 1000 } } });
    clock.advance(100);
    expect(read()).toContain('waiting for api: being probed, given up in 1s');
    show({ ...IDLE, routing });
    clock.advance(100);
    expect(read()).not.toContain('waiting for api');
  });

  test('says how many wait for a rate limit', () => {
    const { clock, read, show } = liveView('number', 10);
    const by_limit = { requests_per_second: 0, per_model: 0, per_session: 0, per_tenant: 0 };
    const limits = { allowed: 1, limited: 0, waiting: 3, by_limit, requests_per_second: null, per_model: {} };
    show({ ...IDLE, admission: { limits } });
    clock.advance(100);
    expect(read()).toContain('3 requests waiting for a rate limit (rate_limits)');
    show({ ...IDLE, admission: { limits: { ...limits, waiting: 0 } } });
    clock.advance(100);
    expect(read()).not.toContain('waiting for');
  });

  test('is taken away, or its first line is left', () => {
    const { view, clock, read, show } = liveView('number', 10);
    show(IDLE);
    clock.advance(100);
    view.update({ done: 10, total: 10, counts: { ok: 10, bad: 0 } });
    read();
    view.stop(false);
    const left = read();
    expect(left).toContain('[####################] 10/10 ok:10 bad:0');
    expect(left).not.toContain('waiting+busy');
    clock.advance(1000);
    expect(read()).toBe('');
  });
});

describe('a batch', () => {
  const SLOW = '--set providers.slow.kind=echo --set providers.slow.delay_ms=300';
  const LINES = `${Array.from({ length: 200 }, (_, at) => `{"prompt":"question ${at}"}`).join('\n')}\ngarbage\n`;

  test('shows the engine on stderr while stdout goes to a file; bad lines are told above it', TIME, async () => {
    using place = new Workplace();
    place.write('batch.ndjson', LINES);
    await using terminal = Terminal.shell(
      place,
      `orchestrator run --input batch.ndjson ${SLOW} > out.ndjson; echo "exit $?"`,
    );
    await terminal.waitFor('slow');
    await terminal.waitFor('exit 1');
    await terminal.ended;
    expect(terminal.transcript).toContain('inference ');
    expect(terminal.transcript).toContain('orchestrator: line 201: is not JSON');
    expect(terminal.transcript).toContain('200 accepted, 200 answered');
    expect(terminal.bytes).not.toContain('\u001b[?25l');
    expect(place.read('out.ndjson').trim().split('\n')).toHaveLength(200);
    expect(place.read('out.ndjson')).not.toContain('\u001b');
  });

  test.each([
    ['--no-live', {}],
    ['', { CI: '1' }],
    ['', { TERM: 'dumb' }],
  ])('with %s %o has the plain bar', TIME, async (flag, environment) => {
    using place = new Workplace();
    place.write('batch.ndjson', LINES);
    const script = `orchestrator run --input batch.ndjson ${SLOW} ${flag} > out.ndjson; echo "exit $?"`;
    await using terminal = Terminal.shell(place, script, environment);
    await terminal.waitFor('exit 1');
    await terminal.ended;
    expect(terminal.transcript).toMatch(/\[#*-*\] \d+% ok:\d+ dead:0 bad:\d/);
    expect(terminal.transcript).not.toContain('waiting+busy');
  });
});

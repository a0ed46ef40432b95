/**
 * Whether a service that works for a long time grows: `npx node scripts/measure-memory.ts [MINUTES] [WARM_UP]` sends it 500 requests
 * a second, nine in ten for `POST /v1/prompt` and the others for `POST /api/v1/infer`, each with a text of its own, and prints how
 * the memory grows after the warm-up. Twice a minute the service collects its garbage (through its inspector), and what is left is
 * looked at: `live` is the heap and what it holds outside, `rss` what the system counts.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { leastSquaresSlope } from '../src/primitives/statistics.ts';
import { startService } from './service/start.ts';

const PER_SECOND = 500;
/** Requests of one tick; timers are no finer than a millisecond. */
const A_TICK = 5;
const LOOK_MS = 30_000;
const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

const [minutes = 30, warmUp = 5] = process.argv.slice(2).map(Number);
const directory = mkdtempSync(join(tmpdir(), 'orchestrator-memory-'));
const { child, port, inspector } = await startService(directory, '', ['--inspect=127.0.0.1:0']);
try {
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} catch (thrown) {
  process.exitCode = 1;
  process.stderr.write(`${(thrown as Error).message}\n`);
} finally {
  child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}

async function measure(): Promise<object> {
  const live = await heapOf(inspector!);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let sent = 0;
  let answered = 0;
  let failed = 0;
  const ask = (): void => {
    const at = sent++;
    const [path, field] = at % 10 === 9 ? ['/api/v1/infer', 'prompt'] : ['/v1/prompt', 'input'];
    const body = JSON.stringify({ [field]: `Request ${at} has a text of its own, as those of people have.` });
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    request({ port, host: '127.0.0.1', path, method: 'POST', agent, headers }, (reply) => {
      if (reply.statusCode! >= 300) failed++;
      reply.resume().on('end', () => answered++);
    })
      .on('error', () => failed++)
      .end(body);
  };
  const begun = performance.now();
  const load = setInterval(() => {
    // As many as are due: a tick that came late is made up for.
    for (const due = ((performance.now() - begun) / 1000) * PER_SECOND; sent + A_TICK <= due; ) {
      for (let i = 0; i < A_TICK; i++) ask();
    }
  }, 10);
  const looks: { readonly at: number; readonly live: number; readonly rss: number }[] = [];
  for (let at = 0; at < (warmUp + minutes) * 60_000; at = performance.now() - begun) {
    await pause(LOOK_MS);
    const look = { at: performance.now() - begun, live: await live(), rss: rssOf(child.pid!) };
    process.stderr.write(
      `${(look.at / 60_000).toFixed(1)} min  live ${mib(look.live)}  rss ${mib(look.rss)} MiB  ${answered} answered, ${failed} failed\n`,
    );
    looks.push(look);
  }
  clearInterval(load);
  const warm = looks.filter(({ at }) => at >= warmUp * 60_000);
  const slope = (of: 'live' | 'rss'): number =>
    Number(mib(leastSquaresSlope(warm.map((look) => [look.at, look[of]] as const)) * HOUR_MS));
  return {
    minutes,
    requests: sent,
    failed,
    per_s: Math.round((sent / (performance.now() - begun)) * 1000),
    live_mib: Number(mib(warm.at(-1)!.live)),
    live_mib_per_hour: slope('live'),
    rss_mib: Number(mib(warm.at(-1)!.rss)),
    rss_mib_per_hour: slope('rss'),
  };
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(2);
}

function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
}

/** A look at what is left in a heap after its garbage was collected, bytes. */
async function heapOf(url: string): Promise<() => Promise<number>> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  let last = 0;
  const call = (method: string): Promise<Record<string, number>> =>
    new Promise((resolve) => {
      const id = ++last;
      const onMessage = (data: WebSocket.RawData): void => {
        const reply = JSON.parse(String(data)) as { id?: number; result: Record<string, number> };
        if (reply.id !== id) return;
        socket.off('message', onMessage);
        resolve(reply.result);
      };
      socket.on('message', onMessage);
      socket.send(JSON.stringify({ id, method }));
    });
  return async () => {
    await call('HeapProfiler.collectGarbage');
    const { usedSize = 0, backingStorageSize = 0, embedderHeapUsedSize = 0 } = await call('Runtime.getHeapUsage');
    return usedSize + backingStorageSize + embedderHeapUsedSize;
  };
}

/**
 * What the service does under many connections:
 * `streams` — 10,000 clients that follow a session in which nothing happens, and 200 that read an answer as it comes: memory
 * of the service, and how long a token takes from the upstream to its reader;
 * `drain` — SIGTERM with 1,000 requests in flight that do not end: how long after the drain time it is gone, and whether every
 * one of them is a dead letter.
 * Upstream, readers and clock are this process; the service and those who wait are processes of their own. Each of the two needs
 * 10,500 open files.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startService } from './service/start.ts';

const IDLE = 10_000;
const ACTIVE = 200;
/** Between two tokens of one stream, milliseconds. */
const TOKEN_MS = 50;
const MEASURED_MS = 10_000;
const IN_FLIGHT = 1000;
const DRAIN_S = 1;

const directory = mkdtempSync(join(tmpdir(), 'orchestrator-measure-'));
const children: ChildProcess[] = [];

/** The service in front of an upstream, and its address. */
async function service(upstream: string, settings: string): Promise<{ child: ChildProcess; port: number }> {
  const provider = `[providers.up]\nkind = "open_ai"\nbase_url = "${upstream}/v1"\n`;
  const toml = `${settings}\n[stages.inference]\nworker = "open_ai"\ninference_workers = 2000\n${provider}`;
  const started = await startService(directory, toml);
  children.push(started.child);
  return started;
}

/** An upstream that streams the time, token by token, until its client goes; or answers nothing at all. */
async function upstream(speaks: boolean): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    if (!speaks) return;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const token = (): void => {
      const content = `<${performance.now()}>`;
      response.write(`data: ${JSON.stringify({ model: 'm', choices: [{ index: 0, delta: { content } }] })}\n\n`);
    };
    // Streams that began together do not go on in step.
    let timer = setTimeout(() => {
      token();
      timer = setInterval(token, TOKEN_MS);
    }, Math.random() * TOKEN_MS);
    response.on('close', () => clearInterval(timer));
  });
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ask(port: number, head: string, body = ''): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const length = body === '' ? '' : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  socket.write(`${head} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n${length}\r\n${body}`);
  return socket;
}

/** Does so much, a hundred at a time. */
async function many(count: number, one: (i: number) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < count; i += 100) {
    await Promise.all(Array.from({ length: Math.min(100, count - i) }, (_, k) => one(i + k)));
  }
}

const memoryMb = ({ pid }: ChildProcess): number =>
  Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);

async function streams(): Promise<object> {
  const { child, port } = await service(await upstream(true), '');
  const startMb = memoryMb(child);
  const holder = spawn(process.execPath, ['--no-warnings', import.meta.filename, 'hold', String(port)]);
  children.push(holder);
  const [following] = (await once(holder.stdout, 'data')) as [Buffer];
  const idleMb = memoryMb(child);
  const waits: number[] = [];
  let measuring = false;
  await many(ACTIVE, async (i) => {
    const socket = await ask(port, 'POST /api/v1/stream', JSON.stringify({ prompt: `Stream ${i}.` }));
    socket.on('data', (bytes: Buffer) => {
      if (!measuring) return;
      const now = performance.now();
      for (const [, at] of bytes.toString().matchAll(/<([\d.]+)>/g)) waits.push(now - Number(at));
    });
  });
  await new Promise((resolve) => setTimeout(resolve, 2000));
  measuring = true;
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  waits.sort((a, b) => a - b);
  const at = (share: number): number => Math.round(waits[Math.floor(waits.length * share)]! * 10) / 10;
  return {
    idle_clients: Number(String(following)),
    active_streams: ACTIVE,
    tokens: waits.length,
    relay_p50_ms: at(0.5),
    relay_p99_ms: at(0.99),
    start_mb: startMb,
    with_idle_mb: idleMb,
    peak_mb: memoryMb(child),
  };
}

/** Follows sessions in which nothing happens, and tells how many when all do. */
async function hold(): Promise<number> {
  const port = Number(process.argv[3]);
  let following = 0;
  await many(IDLE, async (i) => {
    const socket = await ask(port, `GET /v1/stream/sse?session_id=idle-${i}`);
    await once(socket, 'data');
    following++;
    socket.resume();
  });
  process.stdout.write(`${following}\n`);
  return new Promise(() => undefined);
}

async function drain(): Promise<object> {
  const settings = `[server]\ndrain_s = ${DRAIN_S}\n[resilience]\nretry_attempts = 1`;
  const { child, port } = await service(await upstream(false), settings);
  let told = 0;
  await many(IN_FLIGHT, async (i) => {
    const socket = await ask(port, 'POST /v1/prompt', JSON.stringify({ input: `Never answered ${i}.` }));
    socket.once('data', () => told++).on('error', () => undefined);
  });
  for (let open = 0; open < IN_FLIGHT; ) {
    const reply = await fetch(`http://127.0.0.1:${port}/v1/snapshot`);
    open = ((await reply.json()) as { totals: { in_flight: number } }).totals.in_flight;
  }
  const toldAt = performance.now();
  child.kill('SIGTERM');
  await once(child, 'exit');
  const tookMs = performance.now() - toldAt;
  const files = new DatabaseSync(join(directory, 'orchestrator', 'orchestrator.db'), { readOnly: true });
  const { letters } = files.prepare('SELECT count(*) AS letters FROM dead_letters').get() as { letters: number };
  return {
    in_flight: IN_FLIGHT,
    answered: told,
    dead_letters: letters,
    beyond_drain_ms: Math.round(tookMs - DRAIN_S * 1000),
  };
}

try {
  const what = process.argv[2] ?? '';
  const measures = { streams, drain, hold };
  const measure = measures[what as keyof typeof measures];
  if (measure === undefined) throw new Error('say what to measure: streams or drain');
  process.stdout.write(`${JSON.stringify(await measure())}\n`);
} catch (thrown) {
  process.exitCode = 1;
  process.stderr.write(`${(thrown as Error).message}\n`);
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit();
}

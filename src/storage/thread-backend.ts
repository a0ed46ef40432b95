import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { OrchestratorError } from '../core/errors.ts';
import { storageError, toFault } from './faults.ts';
import type { Answers, Backend, Job } from './jobs.ts';
import type { ThreadReply, ThreadRequest, ThreadStart } from './thread-messages.ts';

/** How long what nobody waits for is gathered, milliseconds: a transaction costs as much as ten rows. */
const SOON_MS = 50;

interface Waiter<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: OrchestratorError) => void;
}

/** The thread's script beside this file: `.ts` in the source tree, `.js` in `dist/`. */
function threadScript(): URL {
  return new URL(`./writer-thread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
}

/**
 * A database file behind the storage thread. The thread keeps the process alive only while something is pending.
 * If it dies, everything pending and everything later is rejected: what it had acknowledged is on the disk.
 */
export class ThreadBackend implements Backend {
  readonly location: string;
  readonly durable = true;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #waiting: Waiter<Answers>[] = [];
  #opening: Waiter<ThreadBackend> | null = null;
  #lost: OrchestratorError | null = null;
  #closing = false;

  private constructor(file: string, script: URL, opening: Waiter<ThreadBackend>) {
    this.location = file;
    this.#opening = opening;
    const start: ThreadStart = { file };
    // The thread needs no environment, so it gets none: keys have no business there.
    this.#worker = new Worker(script, { name: 'storage', workerData: start, env: {} });
    this.#worker.on('message', (reply: ThreadReply) => this.#receive(reply));
    this.#worker.on('error', (thrown) => this.#lose(toFault(thrown).message));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        if (!this.#closing || this.#waiting.length > 0) this.#lose(`exit code ${code}`);
        resolve();
      });
    });
  }

  /** Resolves once the file is open and migrated; rejects with a storage error. `script` stands in for the thread in tests. */
  static open(file: string, script: URL = threadScript()): Promise<ThreadBackend> {
    return new Promise((resolve, reject) => new ThreadBackend(file, script, { resolve, reject }));
  }

  schedule(flush: () => void, when: 'now' | 'soon'): void {
    if (when === 'soon') setTimeout(flush, SOON_MS);
    // After timers and sockets had their turn: one message to the thread then carries what all of them stored.
    else setImmediate(flush);
  }

  run(jobs: readonly Job[]): Promise<Answers> {
    if (this.#lost !== null) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      // First, because it throws when a parameter cannot be sent: no answer would come for a waiter.
      this.#post({ kind: 'run', jobs });
      if (this.#waiting.length === 0) this.#worker.ref();
      this.#waiting.push({ resolve, reject });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (this.#lost === null) {
      this.#worker.ref();
      this.#post({ kind: 'close' });
    }
    await this.#exited;
  }

  #post(request: ThreadRequest): void {
    this.#worker.postMessage(request);
  }

  #receive(reply: ThreadReply): void {
    switch (reply.kind) {
      case 'opened':
        this.#worker.unref();
        this.#opening?.resolve(this);
        this.#opening = null;
        return;
      case 'refused':
        this.#closing = true;
        this.#opening?.reject(storageError(this.location, reply.fault));
        this.#opening = null;
        return;
      case 'ran': {
        const answered = this.#waiting.splice(0, reply.answers.length);
        if (this.#waiting.length === 0 && !this.#closing) this.#worker.unref();
        for (const [at, waiter] of answered.entries()) waiter.resolve(reply.answers[at]!);
      }
    }
  }

  #lose(reason: string): void {
    if (this.#lost !== null) return;
    const message = `the storage thread ended (${reason}); restart, what was acknowledged is in the file`;
    this.#lost = storageError(this.location, { message, code: null });
    this.#opening?.reject(this.#lost);
    this.#opening = null;
    for (const waiter of this.#waiting.splice(0)) waiter.reject(this.#lost);
  }
}

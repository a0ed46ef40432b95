import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** What tells one process from every other, also after its pid was given to another one. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own unit; null where the system does not tell. */
  readonly processStart: string | null;
  /** The boot and the pid namespace (containers have their own) that the pid is valid in; null where unknown. */
  readonly bootId: string | null;
  readonly host: string;
}

/** What this machine knows about a process. `unknown`: it runs elsewhere, or nothing can be said. */
export type Liveness = 'running' | 'gone' | 'unknown';

/** The door to the facts about this process. */
export function thisProcess(): ProcessIdentity {
  return { pid: process.pid, processStart: processStart(process.pid), bootId: bootId(), host: hostname() };
}

/** Looks for a process, seen from the process `self`. */
export function probeProcess(other: ProcessIdentity, self: ProcessIdentity): Liveness {
  if (other.host !== self.host || other.bootId !== self.bootId) return 'unknown';
  if (!pidExists(other.pid) || isZombie(other.pid)) return 'gone';
  const start = processStart(other.pid);
  // The same pid with another start is another process.
  if (start !== null && other.processStart !== null && start !== other.processStart) return 'gone';
  return 'running';
}

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // EPERM: it exists and belongs to someone else.
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Field 22 of `/proc/PID/stat` (proc_pid_stat(5)): clock ticks after boot. Null elsewhere. */
function processStart(pid: number): string | null {
  return statFields(pid)?.[22 - FIRST_FIELD] ?? null;
}

/** Killed, and kept in the table only until its parent asks: it writes nothing any more. */
function isZombie(pid: number): boolean {
  const state = statFields(pid)?.[3 - FIRST_FIELD];
  return state === 'Z' || state === 'X';
}

const FIRST_FIELD = 3;

/** The fields of `/proc/PID/stat` from the third on; the second is the command and may hold spaces and parentheses. */
function statFields(pid: number): readonly string[] | null {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? null;
}

function bootId(): string | null {
  const boot = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const namespace = attempt(() => readlinkSync('/proc/self/ns/pid'));
  return boot === null ? null : `${boot} ${namespace ?? ''}`.trim();
}

function attempt(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

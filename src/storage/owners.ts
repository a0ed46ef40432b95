import type { Clock, Timer } from '../core/clock.ts';
import type { Statement, Storage } from './contract.ts';
import { type Liveness, type ProcessIdentity, probeProcess, thisProcess } from './process-identity.ts';

/** How long a claim holds without being renewed. */
export const LEASE_MS = 15_000;
/** Two renewals may be late before a lease runs out. */
export const RENEWAL_MS = 5_000;

/** This process's claim on its open records. Whether a record is still ours is said by the record itself. */
export interface Owner {
  readonly id: string;
  /** Until when the last renewal holds, milliseconds since the epoch. In the past when the store cannot be written. */
  readonly leaseUntilMs: number;
  /** Ends the claim: what is still open may be taken over at once. */
  release(): Promise<void>;
}

/** An owner as it is stored. */
export interface OwnerRecord extends ProcessIdentity {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly leaseUntilMs: number;
}

export interface ClaimOptions {
  readonly clock: Clock;
  /** Unique within the data directory. */
  readonly id: string;
  /** Default: this process. */
  readonly identity?: ProcessIdentity;
}

export interface LookOptions {
  readonly clock: Clock;
  /** The process that looks. Default: this one. */
  readonly identity?: ProcessIdentity;
  /** How to look for a process of this machine. Default: in the system's process table. */
  readonly probe?: (other: ProcessIdentity, self: ProcessIdentity) => Liveness;
}

interface OwnerRow {
  readonly id: string;
  readonly pid: number;
  readonly process_start: string | null;
  readonly boot_id: string | null;
  readonly host: string;
  readonly lease_until_ms: number;
}

/** Records this process as an owner and renews its lease in the background until it is released. */
export async function claimOwnership(storage: Storage, options: ClaimOptions): Promise<Owner> {
  const { clock, id, identity = thisProcess() } = options;
  let leaseUntilMs = 0;
  let timer: Timer | null = null;

  const renew = async (): Promise<void> => {
    const until = clock.wall() + LEASE_MS;
    await storage.write([leaseStatement(id, identity, until)]);
    leaseUntilMs = until;
  };
  // One renewal at a time: a stalled disk must not gather a queue of them.
  const renewLater = (): void => {
    timer = clock.after(RENEWAL_MS, () => void renewQuietly(), true);
  };
  let released = false;
  const renewQuietly = async (): Promise<void> => {
    // A store that fails says so to everybody who writes; here the lease just runs out unless a later try succeeds.
    await renew().catch(() => {});
    if (!released) renewLater();
  };

  await renew();
  renewLater();
  return {
    id,
    get leaseUntilMs() {
      return leaseUntilMs;
    },
    async release() {
      if (released) return;
      released = true;
      timer?.cancel();
      await storage.write([{ sql: 'DELETE FROM owners WHERE id = ?', params: [id] }]);
    },
  };
}

/** Owners whose process is gone or whose lease ran out: their open records may be taken over. */
export async function deadOwners(storage: Storage, options: LookOptions): Promise<readonly OwnerRecord[]> {
  const { self, probe } = look(options);
  const rows = await storage.read<OwnerRow>({ sql: 'SELECT * FROM owners ORDER BY lease_until_ms, id' });
  return rows.map(toRecord).filter((owner) => isDead(owner, options.clock, self, probe));
}

/** Whether nobody speaks for this owner any more. One that released itself, or was never there, is dead too. */
export async function isOwnerDead(storage: Storage, id: string, options: LookOptions): Promise<boolean> {
  const { self, probe } = look(options);
  const rows = await storage.read<OwnerRow>({ sql: 'SELECT * FROM owners WHERE id = ?', params: [id] });
  const row = rows[0];
  return row === undefined || isDead(toRecord(row), options.clock, self, probe);
}

/** Forgets a dead owner; false when it renewed its lease in the meantime after all. */
export async function forgetOwner(storage: Storage, owner: OwnerRecord): Promise<boolean> {
  const sql = 'DELETE FROM owners WHERE id = ? AND lease_until_ms = ?';
  const [result] = await storage.write([{ sql, params: [owner.id, owner.leaseUntilMs] }]);
  return result!.changes === 1;
}

function look(options: LookOptions) {
  return { self: options.identity ?? thisProcess(), probe: options.probe ?? probeProcess };
}

function isDead(
  owner: OwnerRecord,
  clock: Clock,
  self: ProcessIdentity,
  probe: NonNullable<LookOptions['probe']>,
): boolean {
  return owner.leaseUntilMs <= clock.wall() || probe(owner, self) === 'gone';
}

/** Writes the whole row each time: a process that slept through its lease comes back as the owner it was. */
function leaseStatement(id: string, identity: ProcessIdentity, untilMs: number): Statement {
  return {
    sql: `INSERT INTO owners (id, pid, process_start, boot_id, host, lease_until_ms) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (id) DO UPDATE SET lease_until_ms = excluded.lease_until_ms`,
    params: [id, identity.pid, identity.processStart, identity.bootId, identity.host, untilMs],
  };
}

function toRecord(row: OwnerRow): OwnerRecord {
  return {
    id: row.id,
    pid: row.pid,
    processStart: row.process_start,
    bootId: row.boot_id,
    host: row.host,
    leaseUntilMs: row.lease_until_ms,
  };
}

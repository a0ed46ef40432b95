import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openStorage } from '../../src/storage/open-storage.ts';
import {
  claimOwnership,
  deadOwners,
  forgetOwner,
  isOwnerDead,
  LEASE_MS,
  RENEWAL_MS,
} from '../../src/storage/owners.ts';
import { type Liveness, type ProcessIdentity, probeProcess, thisProcess } from '../../src/storage/process-identity.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { storageIn } from './support/world.ts';

const HERE: ProcessIdentity = { pid: 100, processStart: '5000', bootId: 'boot', host: 'here' };

/** A data directory with processes whose life the test decides. */
async function office() {
  const storage = await storageIn('memory');
  const clock = new ManualClock();
  const gone = new Set<number>();
  const probe = (other: ProcessIdentity): Liveness => (gone.has(other.pid) ? 'gone' : 'running');
  /** Waits until what was started in the background is stored. */
  const settled = async () => {
    for (let round = 0; round < 3; round++) await storage.read({ sql: 'SELECT 1' });
  };
  return {
    storage,
    clock,
    settled,
    claim: (id: string, pid = 200) => claimOwnership(storage, { clock, id, identity: { ...HERE, pid } }),
    dead: async () => (await deadOwners(storage, { clock, identity: HERE, probe })).map((owner) => owner.id),
    records: () => deadOwners(storage, { clock, identity: HERE, probe }),
    isDead: (id: string) => isOwnerDead(storage, id, { clock, identity: HERE, probe }),
    kill: (pid: number) => void gone.add(pid),
    /** Lets time pass in the steps of the renewals. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= RENEWAL_MS) {
        clock.advance(Math.min(left, RENEWAL_MS));
        await settled();
      }
    },
  };
}

test('an owner stays alive as long as it renews its lease', async () => {
  const { claim, dead, pass, clock } = await office();
  const owner = await claim('a');
  await pass(10 * LEASE_MS);
  expect(await dead()).toEqual([]);
  expect(owner.leaseUntilMs).toBe(clock.wall() + LEASE_MS);
});

test('an owner is dead once its lease has run out', async () => {
  const { storage, claim, dead, isDead, clock } = await office();
  await claim('a');
  // Its process sleeps: nothing renews on this clock.
  await storage.write([{ sql: 'UPDATE owners SET lease_until_ms = ?', params: [clock.wall() + 1] }]);
  expect(await dead()).toEqual([]);
  await storage.write([{ sql: 'UPDATE owners SET lease_until_ms = ?', params: [clock.wall()] }]);
  expect(await dead()).toEqual(['a']);
  expect(await isDead('a')).toBe(true);
});

test('an owner whose process is gone is dead at once', async () => {
  const { claim, dead, isDead, kill } = await office();
  await claim('a', 200);
  await claim('b', 300);
  kill(300);
  expect(await dead()).toEqual(['b']);
  expect(await isDead('a')).toBe(false);
});

test('an owner that released itself leaves no row, no timer, and counts as dead', async () => {
  const { claim, dead, isDead, clock } = await office();
  const owner = await claim('a');
  await owner.release();
  await owner.release();
  expect(clock.waiting).toBe(0);
  expect(await dead()).toEqual([]);
  expect(await isDead('a')).toBe(true);
});

test('a release during a renewal stays a release', async () => {
  const { claim, isDead, clock, settled } = await office();
  const owner = await claim('a');
  clock.advance(RENEWAL_MS);
  await owner.release();
  await settled();
  expect(clock.waiting).toBe(0);
  expect(await isDead('a')).toBe(true);
});

test('a dead owner can be forgotten, unless it woke up in the meantime', async () => {
  const { storage, claim, records, dead, kill, pass } = await office();
  await claim('sleeper', 200);
  kill(200);
  const [seen] = await records();
  await pass(RENEWAL_MS);
  expect(await forgetOwner(storage, seen!)).toBe(false);
  const [again] = await records();
  expect(await forgetOwner(storage, again!)).toBe(true);
  expect(await dead()).toEqual([]);
});

test('an owner that was forgotten while it slept comes back with its next renewal', async () => {
  const { storage, claim, isDead, pass } = await office();
  await claim('a');
  await storage.write([{ sql: 'DELETE FROM owners' }]);
  expect(await isDead('a')).toBe(true);
  await pass(RENEWAL_MS);
  expect(await isDead('a')).toBe(false);
});

test('a store that fails for a while costs the lease only if it fails for long', async () => {
  const { storage, claim, isDead, pass } = await office();
  const owner = await claim('a');
  const first = owner.leaseUntilMs;
  await storage.write([{ sql: 'ALTER TABLE owners RENAME TO hidden' }]);
  await pass(2 * RENEWAL_MS);
  expect(owner.leaseUntilMs).toBe(first);
  await storage.write([{ sql: 'ALTER TABLE hidden RENAME TO owners' }]);
  await pass(RENEWAL_MS);
  expect(owner.leaseUntilMs).toBeGreaterThan(first);
  expect(await isDead('a')).toBe(false);
});

test('a claim fails when it cannot be stored', async () => {
  const storage = await openStorage({ path: 'memory' });
  await storage.close();
  const claiming = claimOwnership(storage, { clock: new ManualClock(), id: 'a' });
  await expect(claiming).rejects.toMatchObject({ code: 'storage_failed' });
});

test('this process is running', () => {
  expect(probeProcess(thisProcess(), thisProcess())).toBe('running');
});

test('a process that ended is gone', async () => {
  const child = spawn(process.execPath, ['--eval', '0'], { stdio: 'ignore' });
  const pid = child.pid!;
  await once(child, 'exit');
  expect(probeProcess({ ...thisProcess(), pid }, thisProcess())).toBe('gone');
});

test.skipIf(process.platform !== 'linux')('a pid that was given to another process is gone', () => {
  expect(probeProcess({ ...thisProcess(), processStart: '1' }, thisProcess())).toBe('gone');
});

test('nothing is known about a process of another machine, boot or container', () => {
  expect(probeProcess({ ...thisProcess(), host: 'elsewhere' }, thisProcess())).toBe('unknown');
  expect(probeProcess({ ...thisProcess(), bootId: 'another' }, thisProcess())).toBe('unknown');
});

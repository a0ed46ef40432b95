import { readFileSync } from 'node:fs';

/** Files that a service with some thousand clients has open: each client is one, and each call to a provider. */
const ENOUGH = 4096;

/** How many files, sockets included, this process may have open at once; null where the system does not say (Linux does). */
export function openFileLimit(): number | null {
  try {
    return limitIn(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return null;
  }
}

/** The soft limit in what `/proc/self/limits` says; infinite when there is none, null when it is not told. */
export function limitIn(limits: string): number | null {
  const soft = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits)?.[1];
  if (soft === undefined) return null;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

/** What is to be said about the limit at the start; null when it is high enough. */
export function openFileWarning(limit: number | null): string | null {
  if (limit === null || limit >= ENOUGH) return null;
  return `only ${limit} files may be open at once; each client is one, and each call to a provider: raise it with ulimit -n (LimitNOFILE= under systemd)`;
}

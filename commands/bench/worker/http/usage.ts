/**
 * Loaded into every measured server before its own code (`--import`), ours and others' alike: answers each message of
 * the parent with what the process has used since its start.
 */
export interface Usage {
  /** Processor time, all threads, microseconds. */
  readonly cpuUs: number;
  /** Most memory that was ever resident, bytes. */
  readonly peakBytes: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: Usage = { cpuUs: user + system, peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.send?.(usage);
});

/** Records told one by one; the others are counted. */
const MOST_TOLD = 20;

/** Counts what a replay came to and tells what is odd as it comes. Every record is one of ok, fail and skip. */
export class ReplaySummary {
  ok = 0;
  fail = 0;
  skip = 0;
  /** Of the failed ones: lines that could not be read, and records nobody can say the end of. */
  corrupt = 0;
  unknown = 0;
  private told = 0;
  private readonly tell: (text: string) => void;

  constructor(tell: (text: string) => void) {
    this.tell = tell;
  }

  get total(): number {
    return this.ok + this.fail + this.skip;
  }

  succeeded(): void {
    this.ok++;
  }

  failed(name: string, why: string): void {
    this.fail++;
    this.tellSome(`${name} failed: ${why}`);
  }

  corrupted(name: string, why: string): void {
    this.corrupt++;
    this.fail++;
    this.tellSome(`${name} ${why}`);
  }

  leftOpen(name: string): void {
    this.unknown++;
    this.fail++;
    this.tellSome(`${name} is unknown: it was open when an earlier replay crashed`);
  }

  skipped(name: string, why: string): void {
    this.skip++;
    this.tellSome(`${name} ${why}; skipped`);
  }

  /** Messages for the end, and the final line of all. */
  lines(stoppedBy: string | null): readonly string[] {
    const { total, ok, fail, skip, corrupt, unknown } = this;
    const counts = `${total} submitted, ${ok} succeeded, ${fail} failed, ${skip} skipped.`;
    return [
      ...(corrupt > 0 ? [`orchestrator: ${corrupt} of the failed are corrupt lines`] : []),
      ...(unknown > 0
        ? [`orchestrator: ${unknown} of the failed are unknown, and may have been answered; --retry-unknown sends them`]
        : []),
      stoppedBy === null
        ? `Replay complete: ${counts}`
        : `Replay stopped by ${stoppedBy}: ${counts} The same command goes on.`,
    ];
  }

  data(signal: string | null): object {
    const { total, ok, fail, skip, corrupt, unknown } = this;
    return { submitted: total, succeeded: ok, failed: fail, skipped: skip, corrupt, unknown, signal };
  }

  private tellSome(text: string): void {
    this.told++;
    if (this.told <= MOST_TOLD) this.tell(text);
    if (this.told === MOST_TOLD + 1) this.tell('more such records follow; they are counted at the end');
  }
}

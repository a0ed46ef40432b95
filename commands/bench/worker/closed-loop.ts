import type { Design } from './design.ts';

/**
 * A client in callback style: a loop that keeps up to `clients` requests open. `send` starts one; whoever answers it
 * calls `answered`, before `send` returns or later.
 */
export class ClosedLoop implements Design {
  private readonly send: (i: number) => void;
  private requests = 0;
  private clients = 0;
  private sent = 0;
  private done = 0;
  private sending = false;
  private finish: (() => void) | null = null;

  constructor(send: (i: number) => void) {
    this.send = send;
  }

  run(requests: number, clients: number): Promise<void> {
    this.requests = requests;
    this.clients = clients;
    this.sent = 0;
    this.done = 0;
    return new Promise((resolve) => {
      this.finish = resolve;
      this.sendMore();
    });
  }

  answered(): void {
    this.done++;
    if (this.done === this.requests) this.finish!();
    // An answer to a request whose `send` has returned long ago: the loop had stopped, and goes on.
    else if (!this.sending) this.sendMore();
  }

  private sendMore(): void {
    this.sending = true;
    while (this.sent - this.done < this.clients && this.sent < this.requests) this.send(this.sent++);
    this.sending = false;
  }
}

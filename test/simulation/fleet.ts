import type { Attempt } from '../../src/core/attempt.ts';
import type { LayeredAttempt } from '../../src/core/call.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/job.ts';
import type { Provider } from '../../src/providers/provider.ts';
import type { Dice } from './dice.ts';
import type { Conduct, ProviderPlan } from './plan.ts';
import type { Call, Scene } from './scene.ts';

/** A provider that behaves, and misbehaves, as planned. */
export function simulatedProvider(plan: ProviderPlan, scene: Scene, dice: Dice): Provider {
  return {
    name: plan.name,
    kind: 'simulated',
    model: `${plan.name}-1`,
    run(attempt) {
      const now = scene.clock.now();
      const job = (attempt as LayeredAttempt).call as Job;
      const call: Call = {
        nr: scene.calls.length,
        provider: plan.name,
        sent: scene.asker(attempt.id, job),
        conduct: dice.weighted(conductAt(plan, now)),
        startedAt: now,
        timeoutAt: now + scene.timeoutOf(job),
        said: '',
        saidByEnd: null,
        heard: '',
        error: null,
        retryAfterMs: 0,
        endedAt: null,
        aborted: false,
        givenUp: false,
      };
      scene.called(call);
      return new Answer(plan, scene, dice, call, attempt).begin();
    },
    close() {
      scene.closed.add(plan.name);
      scene.trace.note('provider_closed', plan.name);
    },
  };
}

const conductAt = ({ conduct, spells }: ProviderPlan, now: number): ProviderPlan['conduct'] =>
  spells.findLast(({ from, to }) => from <= now && now < to)?.conduct ?? conduct;

const OUTAGES = ['provider_unavailable', 'provider_failed', 'provider_overloaded', 'dns_failed'] as const;

/** One answer, as it comes into being. */
class Answer {
  private readonly plan: ProviderPlan;
  private readonly scene: Scene;
  private readonly dice: Dice;
  private readonly call: Call;
  private readonly attempt: Attempt;
  private readonly tokens: number;
  /** Tokens until something goes wrong; beyond the answer's end when nothing does. */
  private readonly until: number;
  private said = 0;
  private end!: { resolve: () => void; reject: (thrown: Error) => void };

  constructor(plan: ProviderPlan, scene: Scene, dice: Dice, call: Call, attempt: Attempt) {
    this.plan = plan;
    this.scene = scene;
    this.dice = dice;
    this.call = call;
    this.attempt = attempt;
    this.tokens = dice.between(plan.tokens.from, plan.tokens.to);
    this.until = breaksWithin(call.conduct) ? dice.between(0, this.tokens) : Number.POSITIVE_INFINITY;
  }

  begin(): void | Promise<void> {
    switch (this.call.conduct) {
      case 'throw':
        this.call.error = 'provider_failed';
        this.over();
        throw new Error('connect ECONNREFUSED');
      case 'at once':
        while (this.said < this.tokens) this.say();
        this.count();
        return this.over();
      default:
        return new Promise((resolve, reject) => {
          this.end = { resolve, reject };
          this.attempt.signal.addEventListener('abort', () => this.onAbort(), { once: true });
          this.wait(this.plan.firstToken, () => this.start());
        });
    }
  }

  private start(): void {
    switch (this.call.conduct) {
      case 'refuse':
        return this.fail(new OrchestratorError(this.dice.pick(OUTAGES), 'It is not there.'));
      case 'limit': {
        const { retryAfter } = this.plan;
        const details = retryAfter === null ? {} : { retryAfterMs: this.dice.duration(retryAfter) };
        return this.fail(new OrchestratorError('provider_rate_limited', 'Too many requests.', details));
      }
      case 'reject':
        this.call.error = 'provider_failed';
        this.over();
        return this.end.reject(new Error('socket hang up'));
      default:
        return this.stream();
    }
  }

  private stream(): void {
    if (this.said === this.until) return this.breakOff();
    if (this.said === this.tokens) {
      this.count();
      this.settle();
      if (this.call.conduct === 'chatter') this.talkOn();
      return;
    }
    this.say();
    this.wait(this.plan.gap, () => this.stream());
  }

  private breakOff(): void {
    if (this.call.conduct === 'hang') return;
    const code = this.call.conduct === 'cut' ? 'provider_incomplete' : 'upstream_midstream';
    this.fail(new OrchestratorError(code, 'The answer broke off.'));
  }

  private onAbort(): void {
    if (this.call.endedAt !== null) return;
    this.call.aborted = true;
    this.call.givenUp = this.scene.wanted(this.call.sent);
    const manners = this.dice.weighted(this.plan.manners);
    this.scene.trace.note(`aborted:${manners}`, this.call.sent.request.id);
    switch (manners) {
      case 'ignore':
        return;
      case 'linger':
        return this.wait(this.plan.firstToken, () => this.settle());
      case 'stop':
        return this.settle();
      case 'babble':
        this.settle();
        return this.talkOn();
    }
  }

  /** Says more after its end, which nobody may hear. */
  private talkOn(): void {
    this.scene.clock.after(this.dice.duration(this.plan.gap), () => {
      this.attempt.error = new OrchestratorError('provider_failed', 'And another thing.');
      this.attempt.outputTokens = 1_000_000;
      this.say();
    });
  }

  private say(): void {
    const token = `${this.call.nr.toString(36)}.${this.said++} `;
    this.call.said += token;
    if (this.attempt.wanted) this.call.heard += token;
    this.scene.trace.note('token', this.call.sent.request.id, this.attempt.wanted);
    this.attempt.emit(token);
  }

  /** What the provider says it has used. */
  private count(): void {
    this.attempt.finishReason = 'stop';
    const usage = this.dice.weighted(this.plan.usage);
    if (usage === 'missing') return;
    this.attempt.inputTokens = usage === 'counted' ? 7 : Number.NaN;
    this.attempt.outputTokens = usage === 'counted' ? this.tokens : -7;
  }

  private fail(error: OrchestratorError): void {
    this.attempt.error = error;
    this.call.error = error.code;
    this.call.retryAfterMs = error.retryAfterMs ?? 0;
    this.settle();
  }

  private settle(): void {
    this.over();
    this.end.resolve();
  }

  private over(): void {
    this.scene.ended(this.call);
  }

  /** Goes on after a while, unless the call has ended by then. */
  private wait(duration: ProviderPlan['gap'], next: () => void): void {
    this.scene.clock.after(this.dice.duration(duration), () => {
      if (this.call.endedAt === null) next();
    });
  }
}

const breaksWithin = (conduct: Conduct): boolean => conduct === 'cut' || conduct === 'break' || conduct === 'hang';

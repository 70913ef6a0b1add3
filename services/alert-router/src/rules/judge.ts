import { Injectable } from '@nestjs/common';
import type { AttributedEvent, AuditEvent } from '@whoran/contracts';
import { Clock, Logger } from '@whoran/kernel';
import { AlertRouterConfig } from '../alert-router.config.ts';
import { RouterMetrics } from '../metrics.ts';
import type { Judgement } from '../notify/alert-raiser.ts';
import type { PossibleAlert } from '../notify/decide-notification.ts';
import { eventAlert } from '../notify/make-alert.ts';
import { selectAlert } from '../notify/select-alert.ts';
import { type JudgedEvent, attributedRuleEvent, auditRuleEvent } from './rule-event.ts';
import { SeenFields } from './seen-fields.ts';
import { Rules } from './watch-rules.ts';

/** Says what events lead to: those that alert by themselves, and those that rules are about. */
@Injectable()
export class Judge {
  private readonly seenFields: SeenFields;

  constructor(
    private readonly config: AlertRouterConfig,
    private readonly rules: Rules,
    private readonly metrics: RouterMetrics,
    private readonly clock: Clock,
    logger: Logger,
  ) {
    this.seenFields = new SeenFields(logger);
  }

  /** Falco's own alerts come before ours, so that one which both raise is Falco's. */
  attributedEvents(events: readonly AttributedEvent[]): readonly Judgement[] {
    const now = this.clock.now();
    this.seenFields.note(events, (cluster) => this.rules.of(cluster));
    return this.timed('syscall', () =>
      events.map((event) => {
        const selected = selectAlert(event, this.config.minPriority);
        const own = selected === 'alert' ? [eventAlert(event, now)] : [];
        const judged = attributedRuleEvent(event);
        const byRules = judged ? this.byRules(judged) : [];
        return { possible: [...own, ...byRules], otherwise: selected === 'alert' ? 'no-rule' : selected };
      }),
    );
  }

  auditEvents(events: readonly AuditEvent[]): readonly Judgement[] {
    const { webhookName } = this.config;
    return this.timed('k8s_audit', () =>
      events.map((event) => ({ possible: this.byRules(auditRuleEvent(event, webhookName)), otherwise: 'no-rule' })),
    );
  }

  private byRules(judged: JudgedEvent): readonly PossibleAlert[] {
    const possible = this.rules.of(judged.cluster).judge(judged, this.clock.now());
    for (const { rule, holds } of possible) if (holds) this.metrics.ruleMatched(rule);
    return possible;
  }

  private timed(source: string, judge: () => readonly Judgement[]): readonly Judgement[] {
    const end = this.metrics.rulesSeconds.startTimer({ source });
    const judgements = judge();
    end();
    return judgements;
  }
}

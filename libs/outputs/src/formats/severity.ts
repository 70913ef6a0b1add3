import { type Alert, type Notification, PRIORITIES, type Priority, priorityRank } from '@whoran/contracts';

/** What other systems call Falco's eight priorities, most urgent first. */
interface Severity {
  /** Falco's word with its capital. */
  readonly falco: string;
  /** PagerDuty: critical, error, warning or info. */
  readonly pagerduty: string;
  /** Opsgenie: P1 to P5. */
  readonly opsgenie: string;
  /** OCSF severity_id. */
  readonly ocsf: number;
  readonly ocsfName: string;
  /** ECS event.severity and syslog, 0 to 7. */
  readonly rank: number;
  /** Apprise: info, warning or failure. */
  readonly apprise: string;
  readonly colour: string;
  /** Datadog's status. */
  readonly datadog: string;
}

const ROWS: Readonly<Record<Priority, readonly [string, string, number, string, string, string, string]>> = {
  emergency: ['critical', 'P1', 6, 'Fatal', 'failure', '#b00020', 'emergency'],
  alert: ['critical', 'P1', 5, 'Critical', 'failure', '#b00020', 'alert'],
  critical: ['critical', 'P2', 5, 'Critical', 'failure', '#d32f2f', 'critical'],
  error: ['error', 'P2', 4, 'High', 'failure', '#e65100', 'error'],
  warning: ['warning', 'P3', 3, 'Medium', 'warning', '#f9a825', 'warning'],
  notice: ['info', 'P4', 2, 'Low', 'info', '#1976d2', 'notice'],
  informational: ['info', 'P5', 1, 'Informational', 'info', '#607d8b', 'info'],
  debug: ['info', 'P5', 1, 'Informational', 'info', '#9e9e9e', 'debug'],
};

/** What a priority is called elsewhere; an unknown word counts as debug. */
export function severityOf(priority: string): Severity {
  const rank = priorityRank(priority);
  const word = PRIORITIES[rank] ?? 'debug';
  const [pagerduty, opsgenie, ocsf, ocsfName, apprise, colour, datadog] = ROWS[word];
  return { falco: `${word.charAt(0).toUpperCase()}${word.slice(1)}`, pagerduty, opsgenie, ocsf, ocsfName, rank, apprise, colour, datadog };
}

/** The priority of the most urgent alert; of a notification without any, `notice`. */
export function worstPriority({ alerts }: Pick<Notification, 'alerts'>): string {
  const worst = alerts.reduce<Alert | undefined>(
    (found, alert) => (found && priorityRank(found.priority) <= priorityRank(alert.priority) ? found : alert),
    undefined,
  );
  return worst?.priority ?? 'notice';
}

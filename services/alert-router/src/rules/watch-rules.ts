import { type Clock, ConfigInvalid, type Logger, type Millis, type Result } from '@whoran/kernel';
import { followSettings } from '../files/follow-settings.ts';
import { SettingsFiles } from '../files/settings-files.ts';
import type { RouterMetrics } from '../metrics.ts';
import { type LoadedBook, type RuleBook, type RuleBookSettings, loadRuleBook } from './load-rule-book.ts';
import type { RuleSet } from './rule-set.ts';
import { SOURCES } from './rule-sources.ts';

/** What rules need to be read and watched. */
export interface WatchRulesOptions extends RuleBookSettings {
  /** How often the files are looked at. */
  readonly interval: Millis;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: RouterMetrics;
}

/** More are counted, not logged. */
const ISSUES_LOGGED = 50;

/** The rules in use. They change when a file of theirs does. */
export class Rules {
  private book: RuleBook;
  /** Ends the looking for changes. */
  readonly stop: () => void;

  /** Throws ConfigInvalid if the rules cannot be used as they are. */
  constructor(private readonly options: WatchRulesOptions) {
    const files = new SettingsFiles();
    const first = loadRuleBook(options, files);
    if (!first.ok) throw new ConfigInvalid(first.error.join('\n'));
    this.book = this.use(first.value, 'rules.loaded');
    const { clock, interval } = options;
    this.stop = followSettings(files, { clock, interval, reload: async () => this.reload() });
  }

  /** The rules for events of a cluster. */
  of(cluster: string): RuleSet {
    return this.book.clusters.get(cluster) ?? this.book.others;
  }

  /** A set with errors is told, and the former stays. */
  private reload(): SettingsFiles {
    const { metrics, logger } = this.options;
    const files = new SettingsFiles();
    const loaded: Result<LoadedBook, readonly string[]> = loadRuleBook(this.options, files);
    metrics.rulesReloads.inc({ outcome: loaded.ok ? 'loaded' : 'refused' });
    if (loaded.ok) this.book = this.use(loaded.value, 'rules.reloaded');
    else {
      metrics.rulesValid.set(0);
      logger.error('rules.reload-failed', { problems: loaded.error.length, issues: loaded.error.slice(0, ISSUES_LOGGED) });
    }
    return files;
  }

  private use({ book, warnings }: LoadedBook, event: string): RuleBook {
    const { metrics, logger } = this.options;
    metrics.rulesValid.set(1);
    metrics.rules.reset();
    for (const [set, rules] of [['', book.others] as const, ...book.clusters]) {
      for (const { name: source } of SOURCES) metrics.rules.set({ set, source }, rules.count(source));
    }
    if (warnings.length > 0) logger.warn('rules.warnings', { problems: warnings.length, issues: warnings.slice(0, ISSUES_LOGGED) });
    logger.info(event, {
      ...Object.fromEntries(SOURCES.map(({ name }) => [name, book.others.count(name)])),
      clusters: book.clusters.size,
    });
    return book;
  }
}

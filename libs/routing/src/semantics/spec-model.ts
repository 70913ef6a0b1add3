/**
 * What routing means, said as plainly as possible: second by second, with maps in memory that are never bounded, and mutes found by
 * looking through everything that ever came. Knows nothing of the library. Times are seconds.
 */

/** An alert of the model: one rule, namespace and user make one alert that goes on. */
export interface ModelAlert {
  readonly at: number;
  readonly rule: string;
  readonly namespace: string;
  readonly user: string;
}

/** Mutes alerts of a rule, in one namespace or all. */
export interface ModelSilence {
  readonly rule: string;
  readonly namespace?: string;
  readonly from: number;
  readonly to: number;
}

/** While an alert of one of the sources is active, those of targets in the same namespace are muted. */
export interface ModelInhibition {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly sameNamespace: boolean;
}

/** A route below the root; they are tried in their order. */
export interface ModelRoute {
  readonly rules: readonly string[];
  readonly receiver: string;
  readonly continues: boolean;
  readonly groupBy: readonly ('rule' | 'namespace' | 'user')[];
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
}

/** Everything that a run of the model depends on. */
export interface Model {
  readonly routes: readonly ModelRoute[];
  /** For what no route is about. */
  readonly root: Omit<ModelRoute, 'rules' | 'continues'>;
  readonly silences: readonly ModelSilence[];
  readonly inhibitions: readonly ModelInhibition[];
  readonly resolve: number;
}

/** What somebody was told. */
export interface ModelTold {
  readonly at: number;
  readonly receiver: string;
  readonly reason: string;
  readonly alerts: readonly string[];
}

/** What everybody is told of alerts up to `until`. */
export function runModel(model: Model, alerts: readonly ModelAlert[], until: number): readonly ModelTold[] {
  const run = new ModelRun(model);
  for (let now = 0; now <= until; now += 1) {
    run.flushDue(now);
    for (const alert of alerts.filter(({ at }) => at === now)) {
      run.take(alert);
      run.flushDue(now);
    }
  }
  return run.told;
}

type RootRoute = Model['root'];

interface Member {
  last: number;
  told: boolean;
  wasMuted: boolean;
}

interface ModelGroup {
  readonly route: RootRoute;
  readonly members: Map<string, Member>;
  due: number;
  lastTold?: number;
}

class ModelRun {
  readonly told: ModelTold[] = [];
  private readonly came: ModelAlert[] = [];
  private readonly groups = new Map<string, ModelGroup>();

  constructor(private readonly model: Model) {}

  take(alert: ModelAlert): void {
    this.came.push(alert);
    for (const [place, route] of routesOf(this.model, alert)) {
      const key = `${place} ${route.groupBy.map((label) => alert[label]).join(' ')}`;
      const group = this.groups.get(key) ?? { route, members: new Map<string, Member>(), due: alert.at + route.wait };
      this.groups.set(key, group);
      const before = group.members.get(nameOf(alert));
      group.members.set(nameOf(alert), { told: false, wasMuted: false, ...before, last: alert.at });
    }
  }

  flushDue(now: number): void {
    for (const [key, group] of this.groups) {
      if (group.due > now) continue;
      this.flush(group, now);
      if (group.members.size === 0) this.groups.delete(key);
    }
  }

  private flush(group: ModelGroup, now: number): void {
    const { route, members, lastTold } = group;
    const muted = new Set([...members.keys()].filter((name) => isMuted(this.model, this.came, { name, now })));
    const over = new Set([...members].filter(([, { last }]) => last + this.model.resolve <= now).map(([name]) => name));
    const speaks = ([name, { told, wasMuted }]: [string, Member]) => !muted.has(name) && (!over.has(name) || (!told && !wasMuted));
    const speaking = [...members].filter(speaks);
    const hasNews = speaking.some(([, { told }]) => !told);
    const isAgain = lastTold !== undefined && now - lastTold >= route.repeat;
    if (speaking.length > 0 && (hasNews || lastTold === undefined || isAgain)) {
      const reason = lastTold === undefined ? 'group' : hasNews ? 'new-alerts' : 'repeat';
      this.told.push({ at: now, receiver: route.receiver, reason, alerts: speaking.map(([name]) => name).sort() });
      for (const [name, member] of members) member.told = !muted.has(name);
      group.lastTold = now;
    }
    for (const [name, member] of members) {
      member.wasMuted = muted.has(name);
      if (over.has(name)) members.delete(name);
    }
    group.due = now + route.interval;
  }
}

function routesOf({ routes, root }: Model, { rule }: ModelAlert): readonly (readonly [place: number, RootRoute])[] {
  const found: (readonly [number, RootRoute])[] = [];
  for (const [place, route] of routes.entries()) {
    if (!route.rules.includes(rule)) continue;
    found.push([place, route]);
    if (!route.continues) break;
  }
  return found.length > 0 ? found : [[-1, root]];
}

function isMuted(
  { silences, inhibitions, resolve }: Model,
  came: readonly ModelAlert[],
  { name, now }: { name: string; now: number },
): boolean {
  const [rule = '', namespace = ''] = name.split('/');
  const isInhibited = inhibitions.some(({ sources, targets, sameNamespace }) => {
    const isBoth = sources.includes(rule);
    const mutes = (other: ModelAlert) =>
      other.at + resolve > now &&
      sources.includes(other.rule) &&
      (!sameNamespace || other.namespace === namespace) &&
      !(isBoth && targets.includes(other.rule));
    return targets.includes(rule) && came.some(mutes);
  });
  const isSilenced = silences.some(
    (silence) => silence.rule === rule && (silence.namespace ?? namespace) === namespace && silence.from <= now && now < silence.to,
  );
  return isInhibited || isSilenced;
}

function nameOf({ rule, namespace, user }: ModelAlert): string {
  return `${rule}/${namespace}/${user}`;
}

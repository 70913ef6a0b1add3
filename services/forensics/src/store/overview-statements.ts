import { Conditions } from './conditions.ts';
import { NOT_A_TWIN, type Statement } from './search-statements.ts';
import type { OverviewOf } from './store.ts';

/** Commands by cluster, node and evidence. */
export function evidenceStatement({ cluster, sinceNs }: OverviewOf): Statement {
  const conditions = new Conditions()
    .on(cluster, (p) => `r.cluster = ${p}`)
    .on(sinceNs, (p) => `r.time_ns >= ${p}::bigint`)
    .always('r.command')
    .always(NOT_A_TWIN);
  return {
    text: `select r.cluster, r.node, r.evidence, count(*)::int as count from whoran.events r ${conditions.where()} group by r.cluster, r.node, r.evidence`,
    values: conditions.values,
  };
}

/** Exec sessions by cluster. */
export function execStatement({ cluster, sinceNs, settledNs }: OverviewOf): Statement {
  const conditions = new Conditions()
    .on(cluster, (p) => `r.cluster = ${p}`)
    .on(sinceNs, (p) => `r.requested_ns >= ${p}::bigint`)
    .always(`r.kind in ('exec', 'copy')`)
    .always('r.alias_of is null');
  const settled = `r.requested_ns < ${conditions.place(settledNs)}::bigint`;
  const silent = `r.injected and r.phase in ('started', 'ended') and not r.attributed and ${settled}`;
  return {
    text: `select r.cluster,
  count(*)::int as total,
  (count(*) filter (where r.phase = 'refused'))::int as refused,
  (count(*) filter (where r.phase <> 'refused' and r.injected))::int as injected,
  (count(*) filter (where r.phase <> 'refused' and r.attributed))::int as attributed,
  (count(*) filter (where r.phase <> 'refused' and not r.webhook and ${settled}))::int as without_webhook,
  (count(*) filter (where ${silent}))::int as silent,
  max(r.id) filter (where ${silent}) as silent_example
from (
  select s.*, exists (select 1 from whoran.events e where e.session = any (array[s.id, s.alias]) and e.command) as attributed from whoran.sessions s
) r ${conditions.where()} group by r.cluster`,
    values: conditions.values,
  };
}

/** Program starts that only other rules reported, on nodes whose lineage rule does report: those rules hide it. */
export function hiddenStatement({ cluster, sinceNs, settledNs }: OverviewOf): Statement {
  const conditions = new Conditions()
    .on(cluster, (p) => `r.cluster = ${p}`)
    .on(sinceNs, (p) => `r.time_ns >= ${p}::bigint`)
    .on(settledNs, (p) => `r.time_ns < ${p}::bigint`)
    .always('r.command and not r.lineage and r.pod is not null')
    .always('not exists (select 1 from whoran.events twin where twin.start = r.start and twin.lineage)');
  return {
    text: `select r.cluster, r.node, count(*)::int as count, max(r.rule) as rule from whoran.events r ${conditions.where()} group by r.cluster, r.node`,
    values: conditions.values,
  };
}

/** When something last came, from where. */
export function sourceStatement({ cluster }: OverviewOf): Statement {
  const conditions = new Conditions().on(cluster, (p) => `r.cluster = ${p}`);
  return { text: `select * from whoran.sources r ${conditions.where()} order by cluster, node, kind`, values: conditions.values };
}

/** What was seen in the period. */
export function factStatement({ cluster, sinceNs }: OverviewOf): Statement {
  const conditions = new Conditions().on(cluster, (p) => `r.cluster = ${p}`).on(sinceNs / 1_000_000n, (p) => `r.last_ms >= ${p}::bigint`);
  return { text: `select * from whoran.facts r ${conditions.where()} order by cluster, node, fact`, values: conditions.values };
}

/** Open dead letters by service and reason. */
export function deadLetterCountStatement({ sinceNs }: OverviewOf): Statement {
  const conditions = new Conditions().on(sinceNs, (p) => `r.time_ns >= ${p}::bigint`).always(`r.state = 'open'`);
  return {
    text: `select stage, reason, count(*)::int as count, max(time_ns) as last_ns from whoran.dead_letters r ${conditions.where()} group by stage, reason order by stage, reason`,
    values: conditions.values,
  };
}

import type { RedisClient } from '@whoran/redis';

/**
 * Where facts are in Redis. What is in braces decides the slot of a cluster, so everything of a node lies together.
 *
 *   <prefix>:{<cluster>/<node>}:owner    hash     owner, epoch, since: who looks after the node
 *   <prefix>:{<cluster>/<node>}:facts    hash     group → its facts, one a line
 *   <prefix>:{<cluster>/<node>}:keep     zset     group → when it may be forgotten, milliseconds
 *   <prefix>:{<cluster>/<node>}:open     hash     event id → event whose answer may still change
 *   <prefix>:{<cluster>}:shared          stream   reports, outcomes of images, probes
 *   <prefix>:{<cluster>}:probes          hash     pod → what the kubelet runs in it
 *   <prefix>:tended                      zset     node with open events → until when somebody looks after it
 *   <prefix>:shared                      channel  the cluster in whose stream is something new
 *
 * Every key expires when nobody has written to it for long.
 */
export interface NodeKeys {
  readonly owner: string;
  readonly facts: string;
  readonly keep: string;
  readonly open: string;
}

/** The keys of a node. */
export function nodeKeys(redis: Pick<RedisClient, 'key'>, cluster: string, node: string): NodeKeys {
  const tag = `{${segment(cluster)}/${segment(node)}}`;
  return { owner: redis.key(tag, 'owner'), facts: redis.key(tag, 'facts'), keep: redis.key(tag, 'keep'), open: redis.key(tag, 'open') };
}

/** The keys of what a cluster shares. */
export function clusterKeys(redis: Pick<RedisClient, 'key'>, cluster: string) {
  const tag = `{${segment(cluster)}}`;
  return { shared: redis.key(tag, 'shared'), probes: redis.key(tag, 'probes') };
}

/** Names are chosen by others: braces and slashes in them must not lead to somebody else's keys. */
function segment(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

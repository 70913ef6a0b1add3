import pg from 'pg';
import { applyTopics, planTopics } from '@whoran/bus-kafka';
import type { Millis } from '@whoran/kernel';
import { Deployment } from './processes/deployment.ts';
import { LagReader } from './processes/lag.ts';
import type { Different } from './processes/plans.ts';
import { type Material, makeMaterial } from './processes/material.ts';
import { type Servers, startServers } from './processes/servers.ts';
import { RawTopics } from './rows/raw-topics.ts';
import { Receiver } from './watch/receiver.ts';
import { Watcher } from './watch/watcher.ts';
import type { RowGround } from './run-row.ts';

/** The clusters that send. */
export const CLUSTERS = ['alpha', 'beta'] as const;

/** Servers, keys and a receiver of alerts: what outlives a row. */
export interface House {
  readonly servers: Servers;
  readonly material: Material;
  readonly receiver: Receiver;
  readonly bystander: Receiver;
  close(): Promise<void>;
}

/** Starts what every deployment of a run shares. */
export async function openHouse(): Promise<House> {
  const [receiver, bystander] = [await Receiver.open(), await Receiver.open()];
  const material = await makeMaterial(CLUSTERS, receiver.url, bystander.url);
  const servers = await startServers(material.folder);
  return {
    servers,
    material,
    receiver,
    bystander,
    close: async () => {
      await servers.stop();
      await Promise.all([receiver.close(), bystander.close()]);
    },
  };
}

/** A deployment with topics, keys and database of its own, and who watches it. */
export interface RunningGround extends RowGround {
  close(): Promise<void>;
}

const PARTITIONS = 6;

/** How a deployment differs from the usual one. */
export interface GroundOptions {
  readonly outage: Millis;
  /** Settings of services that are not the usual ones. */
  readonly different?: Different;
}

/** Starts the services on a house; `name` keeps deployments apart. */
export async function openGround(house: House, name: string, options: GroundOptions): Promise<RunningGround> {
  const { servers, material, receiver, bystander } = house;
  const { outage, different = {} } = options;
  const prefix = `${name}.`;
  const plan = planTopics({ prefix, partitions: PARTITIONS, replication: 1, minInSyncReplicas: 1 });
  await applyTopics({ brokers: servers.brokers, clientId: 'faults-topics' }, plan);
  const databaseUrl = await makeDatabase(servers.postgresUrl, name);
  const { brokers, redisUrl } = servers;
  const watcher = await Watcher.open({ brokers, topicPrefix: prefix });
  try {
    const deployment = await Deployment.start({ brokers, redisUrl, databaseUrl, prefix, clusters: CLUSTERS, material, different });
    const lag = await LagReader.open(brokers, prefix);
    const close = async () => {
      await deployment.stop();
      await watcher.close();
      await lag.close();
    };
    return { deployment, servers, receiver, bystander, watcher, lag, outage, topics: new RawTopics(brokers, prefix), close };
  } catch (error) {
    await watcher.close();
    throw error;
  }
}

async function makeDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${client.escapeIdentifier(name)}`);
  await client.end();
  return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

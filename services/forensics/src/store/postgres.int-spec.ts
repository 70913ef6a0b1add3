import { SilentLogger } from '@whoran/kernel';
import { describeStore } from '../testing/store.suite.ts';
import { freshDatabase } from '../testing/fresh-database.ts';
import { openStore } from './open-store.ts';

describeStore('PostgreSQL', async () => openStore({ url: await freshDatabase(), folder: '' }, new SilentLogger()));

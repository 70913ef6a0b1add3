import { SilentLogger } from '@whoran/kernel';
import { describeStore } from '../testing/store.suite.ts';
import { openStore } from './open-store.ts';

describeStore('the embedded database', () => openStore({ url: '', folder: 'memory' }, new SilentLogger()));

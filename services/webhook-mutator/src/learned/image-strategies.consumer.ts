import { type Verdict, drop, handled } from '@whoran/bus';
import { type ImageStrategy, topics } from '@whoran/contracts';
import { Consumer, On } from '@whoran/service-kit';
import { LearnedStrategies } from './learned-strategies.ts';

/** Follows what the resolver learned about images. Every replica needs all of it: any of them may be asked about any image. */
@Consumer()
export class ImageStrategiesConsumer {
  constructor(private readonly learned: LearnedStrategies) {}

  @On(topics.imageStrategies, { audience: 'everyone' })
  async onImageStrategies(strategies: readonly ImageStrategy[]): Promise<readonly Verdict[]> {
    return strategies.map((strategy) => (this.learned.learn(strategy) ? handled : drop('other-cluster')));
  }
}

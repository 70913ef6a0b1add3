import type { InjectionStrategy } from '@whoran/contracts';
import type { KnownContainer } from '../pods/known-pod.ts';
import { applyPolicy } from '../policy/policy.ts';
import type { DecisionContext } from './decision.ts';

/** Where something is to be injected. */
export interface Target {
  readonly namespace: string;
  readonly user: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly container?: KnownContainer;
  readonly windows: boolean;
}

/** A strategy, and for `none` the reason. */
export interface Choice {
  readonly strategy: InjectionStrategy;
  readonly reason?: string;
}

/** Chooses how to inject: the operator's rules first, then what cannot work, then what was learned about the image, then `env`. */
export function chooseStrategy(target: Target, { policy, learned }: Pick<DecisionContext, 'policy' | 'learned'>): Choice {
  const { namespace, user, labels, container, windows } = target;
  const subject = {
    namespace,
    user,
    ...(labels ? { labels } : {}),
    ...(container?.image === undefined ? {} : { image: container.image }),
    ...(container ? { container: container.name } : {}),
  };
  const ruled = applyPolicy(policy, subject);
  if (ruled) return choice(ruled.strategy, `policy rule ${ruled.rule} says none`);
  if (windows) return choice('none', 'a Windows pod has no env');
  const known = container?.imageId === undefined ? undefined : learned(container.imageId);
  return choice(known ?? 'env', 'learned: injected commands do not start in this image');
}

function choice(strategy: InjectionStrategy, reason: string): Choice {
  return strategy === 'none' ? { strategy, reason } : { strategy };
}
